import { Agent, request } from 'undici'
import { type Client, chatBody, type Setting } from './client.ts'
import type { Recording } from './recording.ts'
import { SseParser } from './sse-parser.ts'

async function recordEvents(recording: Recording, index: number, body: AsyncIterable<Uint8Array>) {
  const parser = new SseParser()
  for await (const bytes of body) {
    const at = performance.now()
    for (let left = parser.contentEvents(bytes); left > 0; left--) recording.event(index, at)
  }
}

/** The way most programs would do it: the global fetch. */
export function fetchClient({ url, tokens, recording }: Setting): Client {
  const body = chatBody(tokens)
  return {
    // fetch offers no way to: the unmeasured round opens its connections.
    warm: () => Promise.resolve(),
    async send(index, requestId) {
      recording.sentAt[index] = performance.now()
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': requestId },
        body,
      })
      if (!response.ok || !response.body) throw new Error(`fetch was answered ${response.status}`)
      await recordEvents(recording, index, response.body)
    },
    close: () => Promise.resolve(),
  }
}

/** The faster of the usual ways: undici's request. */
export function undiciClient({ url, tokens, recording }: Setting): Client {
  const body = chatBody(tokens)
  const dispatcher = new Agent()
  return {
    warm: () => Promise.resolve(),
    async send(index, requestId) {
      recording.sentAt[index] = performance.now()
      const response = await request(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': requestId },
        body,
        dispatcher,
      })
      if (response.statusCode !== 200) throw new Error(`undici.request was answered ${response.statusCode}`)
      await recordEvents(recording, index, response.body)
    },
    close: () => dispatcher.close(),
  }
}
