import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { RunDefinition } from '@llm-loadtest/schema'

const isBelow = (folder: string, path: string): boolean => {
  const from = relative(folder, path)
  return from !== '' && from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from)
}

/** Where a file really is. Throws RefusedFileError. */
function resolved(path: string, dataDir: string | null): string {
  if (dataDir === null) {
    throw new RefusedFileError(
      `This agent reads no files for a run ("${path}"): start it with --data-dir FOLDER, and name files relative to that folder.`,
    )
  }
  if (isAbsolute(path) || path.split(/[\\/]/).includes('..')) {
    throw new RefusedFileError(
      `"${path}" must be relative to the agent's --data-dir, and without "..": it reads nothing else.`,
    )
  }
  let real: string
  try {
    real = realpathSync(join(dataDir, path))
  } catch {
    throw new RefusedFileError(`There is no file "${path}" in the agent's --data-dir.`)
  }
  if (isBelow(realpathSync(dataDir), real)) return real
  throw new RefusedFileError(`"${path}" leads out of the agent's --data-dir: it reads nothing else.`)
}

/** A run names a file that this agent does not read. */
export class RefusedFileError extends Error {
  override readonly name = 'RefusedFileError'
}

/**
 * The run with its files where they are on this machine. Whoever may start a run chooses their names, so only what is
 * below the agent's data folder is read, symbolic links followed. Throws RefusedFileError.
 * @param dataDir null when the agent was started without one
 */
export function withLocalFiles(run: RunDefinition, dataDir: string | null): RunDefinition {
  const { tokenizer, dataset } = run
  return {
    ...run,
    ...(tokenizer.endsWith('.json') && { tokenizer: tokenizerFile(resolved(tokenizer, dataDir)) }),
    ...(dataset && { dataset: { ...dataset, path: resolved(dataset.path, dataDir) } }),
  }
}

/** The type of a tokenizer's path ends in `.json`; the file behind a symbolic link may not. */
function tokenizerFile(path: string): `${string}.json` {
  if (path.endsWith('.json')) return `${path.slice(0, -'.json'.length)}.json`
  throw new RefusedFileError(`The tokenizer "${path}" must be a file whose name ends in .json.`)
}
