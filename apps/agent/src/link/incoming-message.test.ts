import { newId, RunDefinition } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { readMessage } from './incoming-message.ts'

const RUN_ID = newId('run')
const assignment = (definition: unknown) =>
  JSON.stringify({ type: 'assign', run: { run_id: RUN_ID, definition } })

describe('a message of the control plane', () => {
  it('is read', () => {
    const definition = RunDefinition.parse({ server_url: 'http://h', model: 'm' })
    expect(readMessage(assignment(definition))).toEqual({
      kind: 'message',
      message: { type: 'assign', run: { run_id: RUN_ID, definition } },
    })
  })

  it('is invalid when it is not JSON, and is not quoted: it may hold a secret', () => {
    expect(readMessage('{"api_key":"secret" oops')).toEqual({
      kind: 'invalid',
      reason: 'a message is not JSON',
    })
  })

  it('is invalid when the protocol does not know it', () => {
    expect(readMessage('{"type":"ack","run_id":"x","seq":0}')).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('a message does not follow the protocol: run_id: '),
    })
    expect(readMessage('null').kind).toBe('invalid')
  })

  it('is a run that cannot be taken when only its definition is wrong', () => {
    expect(readMessage(assignment({ server_url: 'http://h', model: 'm', speed: 11 }))).toEqual({
      kind: 'unusable_run',
      runId: RUN_ID,
      reason: 'This agent cannot take the run as it is defined: run.definition.speed: is not a known field.',
    })
  })

  it('is a run that cannot be taken when it is nested too deeply to be read', () => {
    const text = assignment({ server_url: 'http://h', model: 'm', extra_body: { x: 'DEEP' } })
    const incoming = readMessage(text.replace('"DEEP"', `${'['.repeat(30_000)}${']'.repeat(30_000)}`))
    expect(incoming).toMatchObject({ kind: 'unusable_run', runId: RUN_ID })
  })

  it('gives a reason the protocol allows, however much is wrong', () => {
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field_${i}`, i]))
    const incoming = readMessage(assignment({ server_url: 'http://h', model: 'm', ...fields }))
    expect(incoming.kind === 'unusable_run' && incoming.reason.length).toBe(1000)
  })
})
