import { appendFile, writeFile } from 'node:fs/promises'
import {
  AiperfExport,
  gpuCsv,
  gpuSamplesCsv,
  REQUESTS_CSV,
  REQUESTS_JSONL,
  type RequestWriter,
  resultWorkbook,
  summaryCsv,
  VllmExport,
} from '@llm-loadtest/report'
import { loadLevels, type RequestRecord, type RunDefinition, type RunResult } from '@llm-loadtest/schema'

/** A file that a run's output goes to. */
export interface OutputFile {
  /** Takes request records as they come; not there when the file holds none. */
  add?(records: readonly RequestRecord[]): void
  /** Writes what is left to write. Rejects when the file, or a part of it, could not be written. */
  finish(result: RunResult): Promise<void>
}

type Content = string | Uint8Array
type Opening = (file: string, definition: RunDefinition) => OutputFile

/** A file of the result alone. */
const ofResult =
  (content: (result: RunResult) => Content | Promise<Content>): Opening =>
  (file) => ({
    finish: async (result) => writeFile(file, await content(result)),
  })

/** A file of every request, written while they come: a run may have more than fit into memory. */
class RequestsFile implements OutputFile {
  readonly #file: string
  readonly #writer: RequestWriter
  #written: Promise<void>
  #failure: { error: unknown } | null = null

  constructor(file: string, writer: RequestWriter) {
    this.#file = file
    this.#writer = writer
    this.#written = this.#kept(writeFile(file, writer.head))
  }

  add(records: readonly RequestRecord[]): void {
    const text = this.#writer.rows(records)
    this.#written = this.#kept(this.#written.then(() => this.#append(text)))
  }

  async finish(): Promise<void> {
    await this.#written
    if (this.#failure) throw this.#failure.error
  }

  async #append(text: string): Promise<void> {
    if (!this.#failure) await appendFile(this.#file, text)
  }

  /** Keeps a failure for `finish`: unhandled until then, it would end the process. */
  #kept(writing: Promise<void>): Promise<void> {
    return writing.catch((error: unknown) => {
      this.#failure ??= { error }
    })
  }
}

const ofRequests =
  (writer: RequestWriter): Opening =>
  (file) =>
    new RequestsFile(file, writer)

/** A file of the run's one load level, in another tool's shape. */
const ofLevel =
  (Export: typeof VllmExport | typeof AiperfExport): Opening =>
  (file, definition) => {
    const content = new Export(definition.goodput_thresholds)
    return {
      add: (records) => {
        for (const record of records) content.add(record)
      },
      finish: async ({ results, summary, gpu, validity, ...run }) => {
        const [level] = loadLevels(definition)
        if (!level) throw new Error('a run has a level')
        await writeFile(file, `${JSON.stringify(content.content({ run, level }), null, 2)}\n`)
      },
    }
  }

/** By how a file's name ends; the first that fits counts. */
const OPENINGS: Record<string, Opening> = {
  '.requests.csv': ofRequests(REQUESTS_CSV),
  '.requests.jsonl': ofRequests(REQUESTS_JSONL),
  '.vllm.json': ofLevel(VllmExport),
  '.aiperf.json': ofLevel(AiperfExport),
  '.json': ofResult((result) => `${JSON.stringify(result, null, 2)}\n`),
  '.gpu.csv': ofResult(gpuCsv),
  '.gpu-samples.csv': ofResult(gpuSamplesCsv),
  '.csv': ofResult(summaryCsv),
  '.xlsx': ofResult(resultWorkbook),
}
const OF_ONE_LEVEL = ['.vllm.json', '.aiperf.json']

/** Kinds of output file there are. */
export const OUTPUT_EXTENSIONS = Object.keys(OPENINGS)

const endingOf = (file: string): string | undefined =>
  OUTPUT_EXTENSIONS.find((ending) => file.toLowerCase().endsWith(ending))

/** Why a run cannot be written to a file of such a name, and what to do; null when it can. */
export function formatProblem(file: string, definition: RunDefinition): string | null {
  const ending = endingOf(file)
  if (ending === undefined) return `"${file}" must end in ${OUTPUT_EXTENSIONS.join(', ')}`
  const levels = loadLevels(definition).length
  if (levels === 1 || !OF_ONE_LEVEL.includes(ending)) return null
  return `"${file}" is of one load level, and this run has ${levels}. Run one, or take .requests.jsonl`
}

/** Opens a file for the output of a run, in the format its name asks for; one of requests is emptied. */
export function openOutput(file: string, definition: RunDefinition): OutputFile {
  const opening = OPENINGS[endingOf(file) ?? '']
  if (!opening) throw new Error(`${file}: the name must end in ${OUTPUT_EXTENSIONS.join(', ')}`)
  return opening(file, definition)
}
