import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { resultWorkbook, summaryCsv } from '@llm-loadtest/report'
import type { RunResult } from '@llm-loadtest/schema'

type Writer = (result: RunResult) => string | Promise<string | Uint8Array>

const WRITERS: Record<string, Writer> = {
  '.json': (result) => `${JSON.stringify(result, null, 2)}\n`,
  '.csv': summaryCsv,
  '.xlsx': resultWorkbook,
}

/** Kinds of output file there are. */
export const OUTPUT_EXTENSIONS = Object.keys(WRITERS)

const extensionOf = (file: string): string => extname(file).toLowerCase()

/** Whether a file's name says how it is to be written. */
export const isOutputFile = (file: string): boolean => OUTPUT_EXTENSIONS.includes(extensionOf(file))

/** Writes a result to a file in the format its name asks for, making its folder. */
export async function writeOutput(file: string, result: RunResult): Promise<void> {
  const write = WRITERS[extensionOf(file)]
  if (!write) throw new Error(`${file}: the name must end in ${OUTPUT_EXTENSIONS.join(', ')}`)
  const content = await write(result)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
