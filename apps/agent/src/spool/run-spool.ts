import { copyFile, type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scanSpool } from './scan-spool.ts'

const EVENTS_FILE = 'events.jsonl'
const ACKED_FILE = 'acked'

type Place = { offset: number; bytes: number }

/** A run's events on disk: written before they are sent, kept until they are acknowledged. */
export class RunSpool {
  readonly #dir: string
  readonly #file: FileHandle
  /** Place of each event; index 0 is that of seq 1. */
  readonly #places: Place[]
  #size: number
  #acked: number
  #complete: boolean
  #saving: Promise<void> = Promise.resolve()

  private constructor(
    dir: string,
    file: FileHandle,
    scanned: { places: Place[]; complete: boolean },
    acked: number,
  ) {
    this.#dir = dir
    this.#file = file
    this.#places = scanned.places
    this.#complete = scanned.complete
    const last = scanned.places.at(-1)
    this.#size = last ? last.offset + last.bytes + 1 : 0
    this.#acked = Math.min(acked, scanned.places.length)
  }

  /** Opens a run's spool, making it when it is new. A last line that was not written out is cut off. */
  static async open(runDir: string): Promise<RunSpool> {
    await mkdir(runDir, { recursive: true, mode: 0o700 })
    const file = await open(join(runDir, EVENTS_FILE), 'a+', 0o600)
    const scanned = await scanSpool(file)
    await file.truncate(scanned.validBytes)
    return new RunSpool(runDir, file, scanned, await readAcked(join(runDir, ACKED_FILE)))
  }

  /** Number of the last event, 0 when there is none. */
  get lastSeq(): number {
    return this.#places.length
  }

  /** All up to this one need not be sent again. */
  get ackedSeq(): number {
    return this.#acked
  }

  /** Whether the run's last event is in it. */
  get complete(): boolean {
    return this.#complete
  }

  /** Whether nothing is left to be acknowledged. */
  get settled(): boolean {
    return this.#complete && this.#acked >= this.lastSeq
  }

  /** Appends the event of number lastSeq + 1, as one line of JSON. */
  async append(line: string, isLast: boolean): Promise<void> {
    const data = Buffer.from(`${line}\n`)
    await this.#file.appendFile(data)
    this.#places.push({ offset: this.#size, bytes: data.length - 1 })
    this.#size += data.length
    this.#complete ||= isLast
  }

  /** Size of an event, bytes; 0 when there is no such event. */
  bytesOf(seq: number): number {
    return this.#places[seq - 1]?.bytes ?? 0
  }

  /** An event's line. */
  async read(seq: number): Promise<string> {
    const place = this.#places[seq - 1]
    if (!place) throw new RangeError(`the spool has no event ${seq}`)
    const { buffer } = await this.#file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.offset)
    return buffer.toString('utf8')
  }

  /** Notes that all up to `seq` are stored at the other end. */
  async acknowledge(seq: number): Promise<void> {
    if (seq <= this.#acked) return
    this.#acked = Math.min(seq, this.lastSeq)
    this.#saving = this.#saving.then(() => this.#saveAcked())
    await this.#saving
  }

  /** Drops the events that are not acknowledged. @param keepAs file that a copy of all events goes to */
  async cutBack(keepAs: string): Promise<void> {
    await mkdir(dirname(keepAs), { recursive: true, mode: 0o700 })
    await copyFile(join(this.#dir, EVENTS_FILE), keepAs)
    const last = this.#places[this.#acked - 1]
    this.#places.length = this.#acked
    this.#size = last ? last.offset + last.bytes + 1 : 0
    this.#complete = false
    await this.#file.truncate(this.#size)
  }

  async close(): Promise<void> {
    await this.#saving
    await this.#file.close()
  }

  /** Closes and deletes it all. */
  async remove(): Promise<void> {
    await this.close()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async #saveAcked(): Promise<void> {
    const file = join(this.#dir, ACKED_FILE)
    await writeFile(`${file}.new`, String(this.#acked), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
}

async function readAcked(file: string): Promise<number> {
  try {
    const acked = Number.parseInt(await readFile(file, 'utf8'), 10)
    // Sending again what is stored does no harm, so a pointer that cannot be read starts over.
    return Number.isInteger(acked) && acked > 0 ? acked : 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
