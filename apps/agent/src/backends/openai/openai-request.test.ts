import type { Outcome } from '@llm-loadtest/schema'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EventLog } from '../event-log.ts'
import { RecordArena } from '../record-arena.ts'
import { EventTemplates } from './event-templates.ts'
import { OpenAiRequest } from './openai-request.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const CONTENT = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
const STOP = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
const DONE = 'data: [DONE]\n\n'

/** A request whose answer's head has come, and all that becomes of it. */
function answered(status = 200) {
  const told: (string | boolean)[] = []
  const settings = {
    streaming: true,
    keepText: false,
    meter: { outputTokens: 0 },
    arena: new RecordArena(),
    templates: new EventTemplates(),
  }
  const request = new OpenAiRequest(settings, new EventLog(), {
    onEnd: ({ outcome }) => void told.push(outcome),
    onFree: (reusable) => void told.push(reusable),
  })
  request.onSend(0)
  request.onHead({ status, headers: new Map(), framing: { kind: 'chunked' }, keepAlive: true })
  const doneAt = performance.now() + 1000
  const take = (text: string) => {
    const bytes = Buffer.from(text)
    request.onBody(bytes, 0, bytes.length, doneAt)
  }
  return { request, told, doneAt, take }
}

it('ends with [DONE] although its body stays open; the connection is closed after a second', () => {
  const { request, told, doneAt, take } = answered()
  take(CONTENT + STOP + DONE)
  vi.advanceTimersByTime(4)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect([told, request.exchange.endedAt, request.exchange.lastTokenAt]).toEqual([['ok'], doneAt, doneAt])
  vi.advanceTimersByTime(1000)
  expect(told).toEqual(['ok', false])
})

it.each([
  ['right behind [DONE]', 0],
  ['later than the request waits for it', 500],
])('frees its connection for another with the end of the body, %s', (_, laterMs) => {
  const { request, told, doneAt, take } = answered()
  take(CONTENT + STOP + DONE)
  vi.advanceTimersByTime(laterMs)
  request.onComplete(doneAt + laterMs, true)
  expect([told, request.exchange.endedAt]).toEqual([['ok', true], doneAt])
  vi.advanceTimersByTime(5000)
  expect(told).toEqual(['ok', true])
})

type Interruption = (request: OpenAiRequest) => void
it.each<[string, Interruption]>([
  ['the time limit', (request) => request.abort('TIMEOUT', 'too late')],
  ['being cancelled', (request) => request.abort('CANCELLED', 'cancelled')],
  ['a cut', (request) => request.onError(new Error('cut'))],
])('is not undone by %s after [DONE]', (_, interrupt) => {
  const { request, told, doneAt, take } = answered()
  take(CONTENT + STOP + DONE)
  interrupt(request)
  expect([told, request.exchange.endedAt, request.exchange.errorMessage]).toEqual([
    ['ok', false],
    doneAt,
    null,
  ])
  vi.advanceTimersByTime(5000)
  expect(told).toEqual(['ok', false])
})

it('gives a connection up that is cut while its body is waited for', () => {
  const { request, told, take } = answered()
  take(CONTENT + STOP + DONE)
  vi.advanceTimersByTime(5)
  request.onError(new Error('cut'))
  expect(told).toEqual(['ok', false])
})

it.each([
  ['at once', 0],
  ['when the request has ended', 5],
])('closes a connection that goes on for more than 64 KiB after [DONE], %s', (_, laterMs) => {
  const { told, take } = answered()
  take(CONTENT + STOP + DONE)
  vi.advanceTimersByTime(laterMs)
  take('x'.repeat(65_536))
  expect(told).not.toContain(false)
  take('x')
  expect(told).toEqual(['ok', false])
  vi.advanceTimersByTime(5000)
  expect(told).toEqual(['ok', false])
})

it.each<[Outcome, string]>([
  ['EMPTY', DONE],
  ['TRUNCATED', CONTENT + DONE],
])('ends as %s when [DONE] came too early', (outcome, text) => {
  const { told, take } = answered()
  take(text)
  vi.advanceTimersByTime(5)
  expect(told).toEqual([outcome])
})

it.each<[string, Interruption]>([
  ['stays open', () => vi.advanceTimersByTime(1000)],
  ['is open at the time limit', (request) => request.abort('TIMEOUT', 'too late')],
  ['is cut', (request) => request.onError(new Error('cut'))],
])('keeps the status and the message of an HTTP error whose body %s', (_, interrupt) => {
  const { request, told, take } = answered(429)
  take('{"error":{"message":"slow down"}}')
  vi.advanceTimersByTime(999)
  expect(told).toEqual([])
  interrupt(request)
  expect([told, request.exchange.httpStatus, request.exchange.errorMessage]).toEqual([
    ['HTTP_429', false],
    429,
    'slow down',
  ])
  vi.advanceTimersByTime(5000)
  expect(told).toEqual(['HTTP_429', false])
})

it('reads 64 KiB of the body of an HTTP error and no more', () => {
  const { told, take } = answered(500)
  take('x'.repeat(65_535))
  expect(told).toEqual([])
  take('x')
  expect(told).toEqual(['HTTP_500', false])
})
