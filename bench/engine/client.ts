import type { Recording } from './recording.ts'

/** Where to send, and how many tokens a response has. */
export type Setting = { url: string; tokens: number; recording: Recording }

/** A load generator's way to send. */
export interface Client {
  /** Opens connections ahead of use, where the client can. */
  warm(connections: number): Promise<void>
  /** Sends a request, records its times under its index, resolves at its end. Rejects when it fails. */
  send(index: number, requestId: string): Promise<void>
  close(): Promise<void>
}

export const CLIENT_NAMES = ['agent', 'undici.request', 'fetch'] as const
export type ClientName = (typeof CLIENT_NAMES)[number]

export const PROMPT = 'Say something that takes a while.'

/** The body that the plain clients send, serialised ahead as the agent's is. */
export function chatBody(tokens: number): string {
  return JSON.stringify({
    model: 'truth',
    messages: [{ role: 'user', content: PROMPT }],
    max_tokens: tokens,
    stream: true,
    stream_options: { include_usage: true },
  })
}
