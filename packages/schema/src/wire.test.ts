import { describe, expect, it } from 'vitest'
import { AgentMessage, ControlMessage } from './agent-protocol.ts'
import { newId, RunId } from './id.ts'
import { Outcome, RequestRecord } from './request-record.ts'
import { RunResult } from './run-result.ts'
import { maskSecret } from './secret.ts'
import { sampleRecord } from './testing/sample-record.ts'
import { sampleResult } from './testing/sample-result.ts'

describe('identifiers', () => {
  it('are valid, unique and sort by time', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => newId('run', 1_700_000_000_000 + i))
    expect(ids.every((id) => RunId.safeParse(id).success)).toBe(true)
    expect(new Set(ids).size).toBe(1000)
    expect([...ids].sort()).toEqual(ids)
  })

  it('encode the time as the ULID specification does', () => {
    expect(newId('run', 1_469_918_176_385).slice(4, 14)).toBe('01ARYZ6S41')
  })
})

describe('Outcome', () => {
  it.each([
    'ok',
    'TIMEOUT',
    'HTTP_429',
    'HTTP_503',
    'UNEXPECTED:TypeError',
    'DROPPED',
  ])('accepts %s', (outcome) => {
    expect(Outcome.parse(outcome)).toBe(outcome)
  })
  it.each(['OK', 'HTTP_42', 'HTTP_4291', 'UNEXPECTED:', 'timeout', ''])('refuses %s', (outcome) => {
    expect(Outcome.safeParse(outcome).success).toBe(false)
  })
})

describe('RequestRecord', () => {
  it('refuses token counts that do not match the events', () => {
    expect(RequestRecord.safeParse(sampleRecord({ event_tokens: [1] })).success).toBe(false)
  })

  it('reads a record that was stored before there was a cool-down', () => {
    const { cooldown: _, ...before } = sampleRecord()
    expect(RequestRecord.parse(before)).toEqual(sampleRecord({ cooldown: false }))
  })
})

describe('protocol', () => {
  const run_id = newId('run')

  it('refuses unknown fields and unknown types', () => {
    expect(AgentMessage.safeParse({ type: 'accept', run_id }).success).toBe(true)
    expect(AgentMessage.safeParse({ type: 'accept', run_id, extra: 1 }).success).toBe(false)
    expect(AgentMessage.safeParse({ type: 'shout', run_id }).success).toBe(false)
    expect(ControlMessage.safeParse({ type: 'ack', run_id, seq: 0 }).success).toBe(false)
  })

  it('hands an agent the definition with its defaults', () => {
    const message = ControlMessage.parse({
      type: 'assign',
      run: { run_id, definition: { server_url: 'http://127.0.0.1:1', model: 'm' } },
    })
    expect(message.type === 'assign' && message.run.definition.num_prompts).toBe(100)
  })
})

describe('RunResult', () => {
  it('survives JSON unchanged', () => {
    const result = sampleResult()
    expect(RunResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)))
  })
})

describe('maskSecret', () => {
  it.each([
    ['sk-proj-0123456789abcd', 'sk-…abcd'],
    ['0123456789abcdef', '…cdef'],
    ['short', '…'],
    ['', '…'],
  ])('shows %s as %s', (secret, masked) => {
    expect(maskSecret(secret)).toBe(masked)
  })
})
