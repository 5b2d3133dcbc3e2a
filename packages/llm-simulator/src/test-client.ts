import { Agent, request } from 'node:http'
import { z } from 'zod'

/** One server-sent event as a raw client saw it. `atMs` is ms since the epoch, from this process's monotonic clock. */
export type RawEvent = { data: string; atMs: number }

/** A response as it came off the socket. `whole` is false where it was cut off. */
export type RawResponse = {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  events: RawEvent[]
  headersAtMs: number
  whole: boolean
}

const now = () => performance.timeOrigin + performance.now()

export type RawRequest = {
  method?: string
  headers?: Record<string, string>
  agent?: Agent
  /** Called as text comes in; returning true makes the client leave. */
  leaveWhen?: (text: string) => boolean
}

/** Sends one request and reads all that comes. Rejects where the connection ends before any response. */
export function send(url: string, body: unknown, options: RawRequest = {}): Promise<RawResponse> {
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const method = options.method ?? (body === undefined ? 'GET' : 'POST')
  const headers = { 'content-type': 'application/json', ...options.headers }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: options.agent ?? new Agent() }, (incoming) => {
      const headersAtMs = now()
      const events: RawEvent[] = []
      let text = ''
      let seen = 0
      const finish = (whole: boolean) =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text,
          events,
          headersAtMs,
          whole,
        })
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        const atMs = now()
        text += chunk
        for (let match = eventAfter(text, seen); match !== null; match = eventAfter(text, seen)) {
          events.push({ data: match.data, atMs })
          seen = match.end
        }
        if (options.leaveWhen?.(text)) outgoing.destroy()
      })
      incoming.on('end', () => finish(true))
      incoming.on('error', () => finish(false))
    })
    outgoing.on('error', reject)
    outgoing.end(payload)
  })
}

function eventAfter(text: string, start: number): { data: string; end: number } | null {
  const boundary = /\r?\n\r?\n/g
  boundary.lastIndex = start
  const found = boundary.exec(text)
  if (found === null) return null
  const end = found.index + found[0].length
  return { data: text.slice(start, found.index), end }
}

const Usage = z.object({
  prompt_tokens: z.number(),
  total_tokens: z.number(),
  completion_tokens: z.number(),
  completion_tokens_details: z.object({ reasoning_tokens: z.number() }).optional(),
})

const Delta = z.object({
  role: z.string().optional(),
  content: z.string().optional(),
  reasoning_content: z.string().optional(),
})

export const Chunk = z.object({
  id: z.string(),
  object: z.string(),
  model: z.string(),
  choices: z.array(
    z.object({
      delta: Delta.optional(),
      message: Delta.optional(),
      text: z.string().optional(),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: Usage.optional(),
})
export type Chunk = z.output<typeof Chunk>

export const ErrorBody = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.number() }),
})

/** The chunks of a stream, without comments and [DONE]; throws on what is not one. */
export function chunksOf(response: RawResponse): Chunk[] {
  return response.events
    .map(({ data }) => data)
    .filter((data) => data.startsWith('data: ') && data !== 'data: [DONE]')
    .map((data) => Chunk.parse(JSON.parse(data.slice('data: '.length))))
}

/** All the text of a stream's chunks in one field. */
export function joined(chunks: Chunk[], field: 'content' | 'reasoning_content' | 'text'): string {
  return chunks
    .flatMap(({ choices }) => choices)
    .map((choice) => (field === 'text' ? choice.text : choice.delta?.[field]) ?? '')
    .join('')
}

/** Polls until `condition` holds; throws after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the condition did not come to hold within 5 s')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
