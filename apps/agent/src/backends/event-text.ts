/**
 * The text of a response's events as it came: bytes of JSON string content (escapes untouched), one event after the other.
 * Plain data, so that it can be handed to another thread; decoding is left to whoever needs the text.
 */
export type EventText = {
  bytes: Uint8Array
  /** Where each event's text ends in `bytes`: the first `count` entries are used. */
  ends: Uint32Array
  count: number
}

/** Text that most answers fit in without growing: a token is about 4 characters. */
const BYTES_PER_TOKEN = 6
const MAX_PREALLOCATED_BYTES = 64 * 1024

/** Text with room for the events that are expected. */
export function newEventText(expectedEvents: number): EventText {
  return {
    bytes: new Uint8Array(Math.min(expectedEvents * BYTES_PER_TOKEN, MAX_PREALLOCATED_BYTES)),
    ends: new Uint32Array(expectedEvents),
    count: 0,
  }
}

/** Adds an event's text: JSON string content, bytes[start, end). */
export function addRawText(text: EventText, bytes: Uint8Array, start: number, end: number): void {
  const from = text.count === 0 ? 0 : (text.ends[text.count - 1] ?? 0)
  const to = from + (end - start)
  if (to > text.bytes.length) {
    const larger = new Uint8Array(Math.max(to, text.bytes.length * 2, 256))
    larger.set(text.bytes)
    text.bytes = larger
  }
  const own = text.bytes
  // A loop, as most texts are a few bytes and a call into the runtime costs more.
  for (let i = start, at = from; i < end; i++, at++) own[at] = bytes[i] ?? 0
  if (text.count === text.ends.length) {
    const longer = new Uint32Array(Math.max(16, text.ends.length * 2))
    longer.set(text.ends)
    text.ends = longer
  }
  text.ends[text.count++] = to
}

/** Adds an event's text that has been decoded. */
export function addText(text: EventText, decoded: string): void {
  const raw = Buffer.from(JSON.stringify(decoded))
  addRawText(text, raw, 1, raw.length - 1)
}

function decode(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch {
    // An escape that JSON does not know: the server's mistake, and its text all the same.
    return raw
  }
}

/** The text of each event, in order; of a response that is not streamed, one entry. */
export function eventTexts({ text }: { text: EventText }): string[] {
  const bytes = Buffer.from(text.bytes.buffer, text.bytes.byteOffset, text.bytes.byteLength)
  let start = 0
  return Array.from(text.ends.subarray(0, text.count), (end) => {
    const raw = bytes.toString('utf8', start, end)
    start = end
    return decode(raw)
  })
}
