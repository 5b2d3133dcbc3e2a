import { MAX_TOKENS } from './json.ts'

/** What surrounds an event's text: bytes that are the same in every event, and what may differ after them. */
type Part = { literal: Uint8Array; follows: 'number' | 'completion_tokens' | 'id' | 'text' | 'end' }

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
/** What differs between events of one shape: whole numbers as a member's value, and the response's id. */
const VARIABLE = /(?<=:\s*)\d+(?=\s*[,}\]])|(?<="id"\s*:\s*")[^"\\]+(?=")/g

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

function kindOf(json: string, index: number): Part['follows'] {
  if (json[index - 1] === '"') return 'id'
  return COMPLETION_TOKENS.test(json.slice(0, index)) ? 'completion_tokens' : 'number'
}

/** Cuts a part of an event at what may differ. @param next what comes after it */
function partsOf(json: string, next: Part['follows']): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { 0: value, index } of json.matchAll(VARIABLE)) {
    parts.push({ literal: Buffer.from(json.slice(from, index), 'latin1'), follows: kindOf(json, index) })
    from = index + value.length
  }
  parts.push({ literal: Buffer.from(json.slice(from), 'latin1'), follows: next })
  return parts
}

/**
 * The shape of content events, learned from one that was parsed. A server writes every event from the same template, so
 * the next is taken apart by comparing bytes: what matches has the structure of the one that was parsed. Anything else,
 * a finish reason or an error above all, does not match and is parsed.
 */
export class EventTemplate {
  readonly kind: TextKind
  readonly #parts: readonly Part[]
  /** Bounds of the text in the event matched last: JSON string content. */
  textStart = 0
  textEnd = 0
  /** Where the event after it begins. */
  next = 0
  /** Its usage's completion_tokens; NaN when the events carry none, or one that is no count. */
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

  /** Matches a whole event, its lines' ends too, that begins at `from`. Empty text is no match. */
  match(bytes: Buffer, from: number, to: number): boolean {
    let at = startsWith(bytes, from, to, DATA)
    if (at < 0) return false
    if (bytes[at] === SPACE) at++
    this.completionTokens = Number.NaN
    for (const { literal, follows } of this.#parts) {
      at = startsWith(bytes, at, to, literal)
      if (at < 0) return false
      if (follows === 'end') break
      if (follows === 'text') at = this.#text(bytes, at, to)
      else if (follows === 'id') at = stringEnd(bytes, at, to)
      else at = this.#number(bytes, at, to, follows)
      if (at < 0) return false
    }
    this.next = eventEnd(bytes, at, to)
    return this.next >= 0
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
    if (kind === 'completion_tokens' && value <= MAX_TOKENS) this.completionTokens = value
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
