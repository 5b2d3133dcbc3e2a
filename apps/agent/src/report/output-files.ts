import { access, constants, open, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gpuCsv, gpuSamplesCsv, resultWorkbook, summaryCsv } from '@llm-loadtest/report'
import type { RunResult } from '@llm-loadtest/schema'

type Writer = (result: RunResult) => string | Promise<string | Uint8Array>

/** By how a file's name ends; the first that fits counts. */
const WRITERS: Record<string, Writer> = {
  '.json': (result) => `${JSON.stringify(result, null, 2)}\n`,
  '.gpu.csv': gpuCsv,
  '.gpu-samples.csv': gpuSamplesCsv,
  '.csv': summaryCsv,
  '.xlsx': resultWorkbook,
}

/** Kinds of output file there are. */
export const OUTPUT_EXTENSIONS = Object.keys(WRITERS)

const writerOf = (file: string): Writer | undefined =>
  Object.entries(WRITERS).find(([ending]) => file.toLowerCase().endsWith(ending))?.[1]

/** Whether a file's name says how it is to be written. */
export const isOutputFile = (file: string): boolean => writerOf(file) !== undefined

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

/** Writes a result to a file in the format its name asks for. */
export async function writeOutput(file: string, result: RunResult): Promise<void> {
  const write = writerOf(file)
  if (!write) throw new Error(`${file}: the name must end in ${OUTPUT_EXTENSIONS.join(', ')}`)
  await writeFile(file, await write(result))
}
