/** Where an event's text sits, and what surrounds it. Bytes that are not text or a number are the same in every event. */
type Part = { literal: Uint8Array; follows: 'number' | 'completion_tokens' | 'text' | 'end' }

export type TextKind = 'output' | 'reasoning'

const QUOTE = 34
const BACKSLASH = 92
const LF = 10
const CR = 13
const SPACE = 32
const ZERO = 48
const NINE = 57
const DATA = Buffer.from('data:')

const TEXT_KEYS: Record<TextKind, RegExp> = {
  output: /"(?:content|text)"\s*:\s*"/g,
  reasoning: /"(?:reasoning_content|reasoning)"\s*:\s*"/g,
}
const COMPLETION_TOKENS = /"completion_tokens"\s*:\s*$/
/** A whole number as a member's value. */
const NUMBER = /(?<=:\s*)\d+(?=\s*[,}\]])/g

/** Where the JSON string that begins at `from` ends: the index of its closing quote, or -1. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) return i
    if (byte === BACKSLASH) i++
  }
  return -1
}

/** The only place where a text of this kind may begin; -1 when there is none, or more than one. */
function textStart(json: string, kind: TextKind): number {
  const places = [...json.matchAll(TEXT_KEYS[kind])].map(({ 0: match, index }) => index + match.length)
  return places.length === 1 ? (places[0] ?? -1) : -1
}

/** Cuts a part of an event at its numbers. @param next what comes after it */
function partsOf(json: string, next: Part['follows']): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { 0: digits, index } of json.matchAll(NUMBER)) {
    const before = json.slice(from, index)
    const kind = COMPLETION_TOKENS.test(json.slice(0, index)) ? 'completion_tokens' : 'number'
    parts.push({ literal: Buffer.from(before, 'latin1'), follows: kind })
    from = index + digits.length
  }
  parts.push({ literal: Buffer.from(json.slice(from), 'latin1'), follows: next })
  return parts
}

/**
 * The shape of a stream's content events, learned from one that was parsed. Servers write every event from the same
 * template, so the next is taken apart by comparing bytes: what matches has the structure of the one that was parsed.
 * Anything else, a finish reason or an error above all, does not match and is parsed.
 */
export class EventTemplate {
  readonly kind: TextKind
  readonly #parts: readonly Part[]
  /** Bounds of the text in the event matched last: JSON string content. */
  textStart = 0
  textEnd = 0
  /** Its usage's completion_tokens; NaN when the events carry none. */
  completionTokens = Number.NaN

  private constructor(kind: TextKind, parts: readonly Part[]) {
    this.kind = kind
    this.#parts = parts
  }

  /**
   * Learns from the data of an event that has been parsed, holds this text alone and no finish reason.
   * @param withUsage whether the event carries usage with a token count
   * @returns null when the text's place is not beyond doubt
   */
  static learn(data: Buffer, kind: TextKind, text: string, withUsage: boolean): EventTemplate | null {
    const json = data.toString('latin1')
    const start = textStart(json, kind)
    const end = start < 0 ? -1 : stringEnd(data, start, data.length)
    if (end <= start || JSON.parse(`"${data.toString('utf8', start, end)}"`) !== text) return null
    const parts = [...partsOf(json.slice(0, start), 'text'), ...partsOf(json.slice(end), 'end')]
    const counts = parts.filter(({ follows }) => follows === 'completion_tokens').length
    return counts === (withUsage ? 1 : 0) ? new EventTemplate(kind, parts) : null
  }

  /**
   * Matches a whole event, its lines' ends too, that begins at `from`. Empty text is no match.
   * @returns where the next event begins, or -1
   */
  match(bytes: Buffer, from: number, to: number): number {
    let at = startsWith(bytes, from, to, DATA)
    if (at < 0) return -1
    if (bytes[at] === SPACE) at++
    this.completionTokens = Number.NaN
    for (const { literal, follows } of this.#parts) {
      at = startsWith(bytes, at, to, literal)
      if (at < 0) return -1
      if (follows === 'end') break
      at = follows === 'text' ? this.#text(bytes, at, to) : this.#number(bytes, at, to, follows)
      if (at < 0) return -1
    }
    return eventEnd(bytes, at, to)
  }

  #text(bytes: Buffer, from: number, to: number): number {
    const end = stringEnd(bytes, from, to)
    this.textStart = from
    this.textEnd = end
    return end > from ? end : -1
  }

  #number(bytes: Buffer, from: number, to: number, kind: Part['follows']): number {
    let value = 0
    let at = from
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + (byte - ZERO)
    }
    if (kind === 'completion_tokens') this.completionTokens = value
    return at > from ? at : -1
  }
}

/** The index after `literal` when the bytes begin with it, or -1. */
function startsWith(bytes: Buffer, from: number, to: number, literal: Uint8Array): number {
  const { length } = literal
  if (from + length > to) return -1
  for (let i = 0; i < length; i++) if (bytes[from + i] !== literal[i]) return -1
  return from + length
}

/** The index after a line's end and the blank line that closes an event, both of the same kind (LF or CR LF), or -1. */
function eventEnd(bytes: Buffer, at: number, to: number): number {
  if (bytes[at] === LF && at + 1 < to && bytes[at + 1] === LF) return at + 2
  if (bytes[at] !== CR || at + 3 >= to) return -1
  return bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF ? at + 4 : -1
}
