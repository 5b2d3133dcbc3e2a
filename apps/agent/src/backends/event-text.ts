/**
 * The text of a response's events as it came: JSON string content with its escapes, one event after the other. Plain data,
 * so that it can be handed to another thread; decoding is left to whoever needs the text.
 */
export type EventText = {
  bytes: Uint8Array
  /** Where the answer begins in each event's text, after its reasoning: at its end where the event is all reasoning. */
  outputStarts: Uint32Array
  /** Where each event's text ends in `bytes`. */
  ends: Uint32Array
}

export const NO_TEXT: EventText = {
  bytes: new Uint8Array(0),
  outputStarts: new Uint32Array(0),
  ends: new Uint32Array(0),
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
  return Array.from(text.ends, (end, i) => decodeRange(text, text.ends[i - 1] ?? 0, end))
}

/** The text of the answer, without the reasoning. */
export function outputText({ text }: { text: EventText }): string {
  return Array.from(text.ends, (end, i) => decodeRange(text, text.outputStarts[i] ?? end, end)).join('')
}

function decodeRange({ bytes }: EventText, start: number, end: number): string {
  return decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', start, end))
}
