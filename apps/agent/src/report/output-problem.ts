import { access, constants, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

function obstacle(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `the folder ${dirname(file)} does not exist. Make it first, or name another`
    case 'ENOTDIR':
      return `${dirname(file)} is not a folder. Name another`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${file} may not be written. Change its permissions, or name another file`
    default:
      return `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function checkExisting(file: string): Promise<string | null> {
  if ((await stat(file)).isDirectory()) return `${file} is a folder. Name a file in it`
  await access(file, constants.W_OK)
  return null
}

/**
 * Why a file could not be written, and what to do; null when it could. Leaves everything as it was: creates no folder,
 * and neither empties nor leaves a file.
 */
export async function outputProblem(file: string): Promise<string | null> {
  try {
    await (await open(file, 'wx')).close()
    await rm(file)
    return null
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return obstacle(file, error)
  }
  return checkExisting(file).catch((error: unknown) => obstacle(file, error))
}
