import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where an agent keeps what must outlive it, unless told otherwise. */
export function defaultStateDir(environment: Readonly<Record<string, string | undefined>>): string {
  const xdg = environment['XDG_STATE_HOME']
  return xdg ? join(xdg, 'llm-loadtest') : join(homedir(), '.llm-loadtest')
}

/** Makes the state folder, for its owner only. Throws with what to do when it cannot be used. */
export function prepareStateDir(dir: string): void {
  try {
    mkdirSync(join(dir, 'runs'), { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The state folder ${dir} cannot be used (${reason}). Give another one with --state-dir.`,
      {
        cause,
      },
    )
  }
}
