import { expect, it } from 'vitest'
import { newExchange } from '../backends/openai/exchange-state.ts'
import { requestRecord } from './request-record.ts'

it('makes a finish reason of the server safe to print and bounds it', () => {
  const request = {
    requestId: 'r',
    levelIndex: 0,
    index: 0,
    warmup: false,
    coolDown: false,
    intendedAt: null,
    promptTokens: 2,
    maxTokens: 9,
    exchange: { ...newExchange(), finishReason: `\x1b[31mstop\0\u202e${'x'.repeat(200)}` },
  }
  const record = requestRecord(request, 0, 'tiktoken_approx', null)
  expect(record.finish_reason).toBe(`\ufffd[31mstop\ufffd\ufffd${'x'.repeat(89)}`)
})
