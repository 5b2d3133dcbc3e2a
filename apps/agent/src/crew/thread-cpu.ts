import { readFileSync } from 'node:fs'

/** What this thread has had so far, ms: time on a core, and time it could run but had none; null where that is not told. */
export type ThreadCpu = { usedMs: number; waitedMs: number | null }

/** Linux keeps, for each thread: ns on a core, ns waiting for one, times it was put on one. */
const SCHEDSTAT = '/proc/thread-self/schedstat'

function schedstat(): { usedMs: number; waitedMs: number } | null {
  try {
    const [used, waited] = readFileSync(SCHEDSTAT, 'utf8').split(' ').map(Number)
    // A kernel built without this accounting has zeros.
    return used && waited !== undefined ? { usedMs: used / 1e6, waitedMs: waited / 1e6 } : null
  } catch {
    // Not Linux, or a sandbox without the file: null says so.
    return null
  }
}

/** Reads the thread's account. Where neither Node nor the system tells threads apart, the CPU time is the whole process's. */
export function readThreadCpu(): ThreadCpu {
  const account = schedstat()
  const waitedMs = account?.waitedMs ?? null
  const own = process.threadCpuUsage?.()
  if (!own && account) return account
  const { user, system } = own ?? process.cpuUsage()
  return { usedMs: (user + system) / 1000, waitedMs }
}
