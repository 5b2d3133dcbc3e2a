import type { Exchange } from './backend.ts'
import { NO_TEXT } from './event-text.ts'
import type { RecordArena } from './record-arena.ts'

const FIRST_EVENTS = 64
const FIRST_TEXT_BYTES = 512

/**
 * The content events of one response while it comes in: times, totals and undecoded text. It is used again for the next
 * response, so that nothing is allocated for an event once it has grown to the length of the answers.
 */
export class EventLog {
  #at = new Float64Array(FIRST_EVENTS)
  #totals = new Uint32Array(FIRST_EVENTS)
  #textEnds = new Uint32Array(FIRST_EVENTS)
  #outputStarts = new Uint32Array(FIRST_EVENTS)
  #text = new Uint8Array(FIRST_TEXT_BYTES)
  #count = 0
  #textCount = 0
  #hasTotals = false

  /** Content events so far. */
  get count(): number {
    return this.#count
  }

  /** Begins a new response. */
  reset(): void {
    this.#count = 0
    this.#textCount = 0
    this.#hasTotals = false
  }

  /** Adds a content event. @param total output tokens so far as the server tells, NaN when it does not */
  event(at: number, total: number): void {
    const index = this.#count++
    if (index === this.#at.length) {
      this.#at = grown(this.#at, new Float64Array(index * 2))
      this.#totals = grown(this.#totals, new Uint32Array(index * 2))
    }
    this.#at[index] = at
    // Totals are only of use when every event has one.
    if (index === 0) this.#hasTotals = !Number.isNaN(total)
    if (this.#hasTotals && Number.isNaN(total)) this.#hasTotals = false
    if (this.#hasTotals) this.#totals[index] = total
  }

  /** Adds an event's text as it came: JSON string content, bytes[start, end). @param outputStart where its answer begins */
  rawText(bytes: Uint8Array, start: number, end: number, outputStart: number): void {
    const from = this.#textBytes()
    const to = from + (end - start)
    if (to > this.#text.length) {
      this.#text = grown(this.#text, new Uint8Array(Math.max(to, this.#text.length * 2)))
    }
    const own = this.#text
    // A loop, as most texts are a few bytes and a call into the runtime costs more.
    for (let i = start, at = from; i < end; i++, at++) own[at] = bytes[i] ?? 0
    if (this.#textCount === this.#textEnds.length) {
      this.#textEnds = grown(this.#textEnds, new Uint32Array(this.#textCount * 2))
      this.#outputStarts = grown(this.#outputStarts, new Uint32Array(this.#textCount * 2))
    }
    this.#outputStarts[this.#textCount] = from + (outputStart - start)
    this.#textEnds[this.#textCount++] = to
  }

  /** Adds an event's text that has been decoded. */
  text(reasoning: string, output: string): void {
    const before = Buffer.from(JSON.stringify(reasoning).slice(1, -1))
    const raw = Buffer.concat([before, Buffer.from(JSON.stringify(output).slice(1, -1))])
    this.rawText(raw, 0, raw.length, before.length)
  }

  /** Puts a copy of the events into the exchange, and the times of the first and the last. @param withText whether anybody will want the text */
  copyTo(exchange: Exchange, arena: RecordArena, withText: boolean): void {
    exchange.eventCount = this.#count
    if (this.#count > 0) {
      exchange.firstTokenAt = this.#at[0] ?? Number.NaN
      exchange.lastTokenAt = this.#at[this.#count - 1] ?? Number.NaN
    }
    exchange.eventAt = arena.float64(this.#at, this.#count)
    exchange.eventTotals = this.#hasTotals ? arena.uint32(this.#totals, this.#count) : null
    exchange.text = withText
      ? {
          bytes: arena.bytes(this.#text, this.#textBytes()),
          outputStarts: arena.uint32(this.#outputStarts, this.#textCount),
          ends: arena.uint32(this.#textEnds, this.#textCount),
        }
      : NO_TEXT
  }

  #textBytes(): number {
    return this.#textCount === 0 ? 0 : (this.#textEnds[this.#textCount - 1] ?? 0)
  }
}

function grown<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
