import { describe, expect, it } from 'vitest'
import { EventLog } from '../backends/event-log.ts'
import { EventTemplates } from '../backends/openai/event-templates.ts'
import { newExchange } from '../backends/openai/exchange-state.ts'
import { type ResponseReader, WholeReader } from '../backends/openai/response-reader.ts'
import { StreamReader } from '../backends/openai/stream-reader.ts'
import { RecordArena } from '../backends/record-arena.ts'
import { replyText } from './reply-text.ts'

/** The reply that is read from a body which comes in one read. */
function reply(body: string, streaming: boolean): { text: string; reasoned: boolean } {
  const exchange = newExchange()
  const log = new EventLog()
  const meter = { outputTokens: 0 }
  const reader: ResponseReader = streaming
    ? new StreamReader(exchange, log, meter, new EventTemplates())
    : new WholeReader(exchange, log, meter)
  const bytes = Buffer.from(body)
  reader.push(bytes, 0, bytes.length, 1)
  reader.end(2)
  log.copyTo(exchange, new RecordArena(), true)
  return { text: replyText(exchange), reasoned: exchange.reasoned }
}

const streamOf = (...deltas: object[]): string =>
  deltas.map((delta) => `data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`).join('')

describe('the reply to go on with', () => {
  it.each([
    ['reasoning and answer in one read', [{ reasoning_content: 'hmm' }, { content: '답 🎉' }], '답 🎉', true],
    ['both in one event', [{ reasoning: '"흠"\n', content: '"답"\n' }, { content: '!' }], '"답"\n!', true],
    [
      'reasoning between answers, of shapes that are known',
      [...'ab', '', ...'cd'].map((content) => (content ? { content } : { reasoning_content: 'hmm' })),
      'abcd',
      true,
    ],
    ['reasoning alone', [{ reasoning: 'hmm' }, { reasoning: 'so' }], '', true],
    ['an answer alone', [{ content: 'a' }, { content: 'b' }], 'ab', false],
  ] as const)('of a stream is the answer: %s', (_, deltas, text, reasoned) => {
    expect(reply(streamOf(...deltas), true)).toEqual({ text, reasoned })
  })

  it.each([
    ['with reasoning', { reasoning_content: 'hmm', content: '답' }, '답', true],
    ['without', { content: '답' }, '답', false],
  ])('of a response in one piece is the answer: %s', (_, message, text, reasoned) => {
    expect(reply(JSON.stringify({ choices: [{ message }] }), false)).toEqual({ text, reasoned })
  })
})
