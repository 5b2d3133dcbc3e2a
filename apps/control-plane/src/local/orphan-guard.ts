import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'

/** The processes this one has started and that run; empty where the system does not tell (it does on Linux). */
export function childProcesses(): number[] {
  const lists = globSync(`/proc/${process.pid}/task/*/children`)
  return lists.flatMap((list) => {
    try {
      return readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number)
    } catch {
      // The thread has ended since: its children are listed under another one.
      return []
    }
  })
}

/**
 * Ends processes when this one dies without closing them (`kill -9`): an orphan would keep the port. A shell waits for
 * the end of its standard input, which the kernel closes with this process.
 */
export function endWithParent(pids: number[]): { release(): void } {
  if (pids.length === 0) return { release: () => undefined }
  const script = 'read -r _; kill -9 "$@" 2>/dev/null'
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', ...pids.map(String)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.once('error', (error) => {
    process.stderr.write(`No watch over the worker's processes: ${error.message}\n`)
  })
  watcher.unref()
  return { release: () => void watcher.kill('SIGKILL') }
}
