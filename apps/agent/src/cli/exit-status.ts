/** Exit statuses, the same for every command. */
export const EXIT = {
  ok: 0,
  runFailed: 1,
  badUsage: 2,
  assertionMissed: 3,
  interrupted: 130,
} as const

/** Something is wrong with how the command was called; the message names the flag and what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
