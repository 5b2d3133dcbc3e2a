import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** The core that the ground-truth server has for itself. */
export const SERVER_CORE = 0
/** The core of the client that is measured. */
export const CLIENT_CORE = 1

/** Program and arguments that run a command on one core, where this machine lets us choose. */
export function pinned(core: number, program: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', String(core), program, ...args]] : [program, [...args]]
}

/** What to say about where the processes ran. */
export function pinningNote(): string {
  return canPin
    ? `server on core ${SERVER_CORE}, client on core ${CLIENT_CORE}`
    : 'not pinned (taskset or a second core is missing): expect more noise'
}
