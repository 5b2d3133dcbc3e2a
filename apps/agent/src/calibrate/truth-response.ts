const MODEL = 'calibration'

/** A piece of an HTTP/1.1 response in chunked coding, for an event with this JSON. */
function piece(data: string): string {
  const event = `data: ${data}\n\n`
  return `${event.length.toString(16)}\r\n${event}\r\n`
}

const chunk = (rest: object): string =>
  JSON.stringify({
    id: 'chatcmpl-calibration',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: MODEL,
    ...rest,
  })

const choice = (delta: object, finishReason: string | null): string =>
  chunk({ choices: [{ index: 0, delta, finish_reason: finishReason }] })

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const TOKEN = piece(choice({ content: ' token' }, null))

/** Bytes of a response's first token, and of a later one: the same for all, so that sending costs the least. */
export const FIRST_TOKEN = Buffer.from(HEAD + TOKEN)
export const NEXT_TOKEN = Buffer.from(TOKEN)

/** What follows the last token: finish reason, usage, and the response's end. */
export function responseEnd(tokens: number): Buffer {
  const usage = { prompt_tokens: 0, completion_tokens: tokens, total_tokens: tokens }
  return Buffer.from(
    `${piece(choice({}, 'length'))}${piece(chunk({ choices: [], usage }))}${piece('[DONE]')}0\r\n\r\n`,
  )
}
