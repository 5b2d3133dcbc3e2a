import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/** The threads on which V8 compiles and sweeps, as Node names them on Linux from Node 22 on. */
const HELPER = 'V8Worker'
const TASKS = '/proc/self/task'

/**
 * A collection on several threads waits for helpers, which wait for a core: on one core it takes longer than one done
 * alone, and so it does when each core has a load thread. The first is for the heap of Node's own objects.
 */
export const ALONE_FLAGS = [
  '--single-threaded-gc',
  '--no-parallel-scavenge',
  '--no-concurrent-marking',
  '--no-concurrent-sweeping',
  '--no-concurrent-array-buffer-sweeping',
]

/**
 * Keeps V8's helper threads out of the way of the load threads: on the same core, one of them holds back what has
 * arrived for up to a scheduler's time slice (4 ms). Call it before the load threads start, whose heaps are small enough
 * to be collected alone.
 */
export function makeHelpersYield(): void {
  for (const flag of ALONE_FLAGS) setFlagsFromString(flag)
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
