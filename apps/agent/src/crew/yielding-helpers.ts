import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/** The threads on which V8 compiles and sweeps, as Node names them on Linux from Node 22 on. */
const HELPER = 'V8Worker'
const TASKS = '/proc/self/task'

/**
 * Keeps V8's helper threads out of the way of the threads that send: on the same core, one of them holds back what has
 * arrived for up to a scheduler's time slice (4 ms). Call it before the threads that send start, which have small heaps
 * and so lose nothing.
 */
export function makeHelpersYield(): void {
  // A collection that waits for helpers takes longer than one done alone, and waits for a core besides.
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--no-concurrent-marking')
  for (const id of helperThreads()) yieldCore(id)
}

function helperThreads(): number[] {
  try {
    return readdirSync(TASKS)
      .filter((id) => readFileSync(`${TASKS}/${id}/comm`, 'utf8').trim() === HELPER)
      .map(Number)
  } catch {
    // Not Linux, or a thread ended meanwhile: they keep the priority they have.
    return []
  }
}

function yieldCore(threadId: number): void {
  try {
    // Linux knows a priority for each thread, and takes a thread's id for a process's.
    setPriority(threadId, constants.priority.PRIORITY_LOW)
  } catch {
    // A sandbox may forbid it: the helpers then compete as before.
  }
}
