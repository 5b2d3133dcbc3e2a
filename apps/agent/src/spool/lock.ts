import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The state folder belongs to another agent that is running. */
export class StateDirInUseError extends Error {
  override readonly name = 'StateDirInUseError'
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** Time a process started, in clock ticks since boot; empty where the system does not tell. Tells reused pids apart. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return ''
    throw error
  }
}

const identity = (pid: number): string => `${pid} ${startTime(pid)}`

function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10)
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
    if (codeOf(error) !== 'EPERM') throw error
  }
  return identity(pid) === holder
}

function readHolder(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/**
 * Takes a state folder for this process. A lock that a killed agent left behind is taken over.
 * @returns a function that gives it back; throws StateDirInUseError
 */
export function lockStateDir(dir: string): () => void {
  const file = join(dir, 'agent.lock')
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, identity(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const holder = readHolder(file)
    if (holder !== null && isAlive(holder)) {
      throw new StateDirInUseError(
        `Another agent (process ${Number.parseInt(holder, 10)}) uses the state folder ${dir}. Stop it, or give this one its own with --state-dir.`,
      )
    }
    rmSync(file, { force: true })
  }
  throw new StateDirInUseError(`The state folder ${dir} could not be locked; is another agent starting?`)
}
