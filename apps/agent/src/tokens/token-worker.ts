import { parentPort } from 'node:worker_threads'
import type { Encoding } from './encodings.ts'
import { PromptWriter } from './prompt-writer.ts'
import { TextEncoding } from './text-encoder.ts'
import { type TokenReply, TokenRequest } from './token-messages.ts'

const port = parentPort
if (port === null) throw new Error('token-worker runs as a worker thread only')

const encodings = new Map<Encoding, Promise<TextEncoding>>()
let writer: { seed: number; encoding: Encoding; writer: PromptWriter } | null = null

function load(encoding: Encoding): Promise<TextEncoding> {
  const loaded = encodings.get(encoding) ?? TextEncoding.load(encoding)
  encodings.set(encoding, loaded)
  return loaded
}

function writePrompts(text: TextEncoding, request: Extract<TokenRequest, { kind: 'prompts' }>): string[] {
  const { seed, encoding } = request
  if (writer?.seed !== seed || writer.encoding !== encoding) {
    writer = { seed, encoding, writer: new PromptWriter(text.words, seed) }
  }
  const { writer: current } = writer
  return request.prompts.map(({ number, tokens }) => {
    const prompt = current.write(number, tokens)
    const counted = text.count(prompt)
    if (counted !== tokens) throw new Error(`a prompt of ${tokens} tokens came out as ${counted}`)
    return prompt
  })
}

async function answer(request: TokenRequest): Promise<TokenReply> {
  const text = await load(request.encoding)
  switch (request.kind) {
    case 'prompts':
      return { kind: 'prompts', id: request.id, prompts: writePrompts(text, request) }
    case 'count':
      return { kind: 'count', id: request.id, ...text.countParts(request.parts) }
    default:
      return request satisfies never
  }
}

port.on('message', (message: unknown) => {
  const request = TokenRequest.parse(message)
  answer(request).then(
    (reply) => port.postMessage(reply),
    (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error)
      port.postMessage({ kind: 'failed', id: request.id, message: text } satisfies TokenReply)
    },
  )
})
