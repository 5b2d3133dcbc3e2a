import type { Stats } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { errorMessage } from './error-message.ts'

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'the user the agent runs as may not read it'
  return errorMessage(error)
}

async function readable(path: string): Promise<Stats> {
  try {
    const stats = await stat(path)
    await access(path, constants.R_OK)
    return stats
  } catch (error) {
    throw new Error(problemOf(error), { cause: error })
  }
}

/**
 * A file that can be read to its end: a pipe or a device may never have one. Rejects with an Error that says, in words,
 * why the path is no such file.
 */
export async function regularFile(path: string): Promise<Stats> {
  const stats = await readable(path)
  if (stats.isDirectory()) throw new Error('it is a folder, not a file')
  if (!stats.isFile()) throw new Error('it is a pipe, a socket or a device, not a regular file')
  return stats
}
