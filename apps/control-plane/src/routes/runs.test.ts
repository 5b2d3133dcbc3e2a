import { readFileSync } from 'node:fs'
import { RunAccepted, RunView } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { COMPLETE } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const RUN = '/api/v1/benchmark/run'
const UNKNOWN = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
const DEFINITION = { server_url: 'http://llm.test:8000', model: 'test-model' }

const start = (body: unknown, headers: Record<string, string> = {}) =>
  controlPlane.call('POST', RUN, { body, headers })

describe('starting a run', () => {
  it('accepts one and fills in every default', async () => {
    const answer = await start({ ...DEFINITION, name: ' mine ', tags: ['a'] })
    expect(answer.status).toBe(202)
    const runId = RunView.shape.run_id.parse(Object(answer.json()).run_id)
    expect(answer.json()).toEqual({ run_id: runId, status: 'pending' })
    const view = RunView.parse((await controlPlane.call('GET', `${RUN}/${runId}`)).json())
    expect(view).toMatchObject({ status: 'pending', name: 'mine', tags: ['a'], agent_id: null, error: null })
    expect(view.config).toMatchObject({
      concurrency: [1],
      num_prompts: 100,
      input_len: 256,
      output_len: 128,
      stream: true,
      warmup: 3,
      timeout: 120,
    })
  })

  it.each([
    ['an unknown field', { ...DEFINITION, colour: 'red' }, 'colour', 'is not a known field'],
    ['a wrong type', { ...DEFINITION, concurrency: 'four' }, 'concurrency', /array/],
    ['a wrong element', { ...DEFINITION, concurrency: [1, 0] }, 'concurrency[1]', />=1/],
    [
      'a bad URL',
      { ...DEFINITION, server_url: 'ftp://x' },
      'server_url',
      'must be an http:// or https:// URL',
    ],
    ['credentials in the URL', { ...DEFINITION, server_url: 'http://a:b@x' }, 'server_url', /user name/],
    ['a missing field', { model: 'm' }, 'server_url', /.+/],
    [
      'two loads',
      { ...DEFINITION, concurrency: [1], request_rate: { rates: [1] } },
      'request_rate',
      /either/,
    ],
    ['a body that is no object', [], '', /.+/],
  ])('answers 422 naming the field for %s', async (_what, body, path, message) => {
    const answer = await start(body)
    expect(answer.status).toBe(422)
    const { code, details } = problem(answer)
    expect(code).toBe('unprocessable')
    expect(details).toContainEqual({
      path,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  it('answers 422 for an agent that does not exist', async () => {
    const answer = await start({ ...DEFINITION, agent_id: 'agent_01JDV7Z8K4Q2M6N9P3R5T7W1XY' })
    expect(answer.status).toBe(422)
    expect(problem(answer).details).toEqual([
      { path: 'agent_id', message: 'is not an agent of this control plane' },
    ])
  })

  it('answers 400 for what is not JSON', async () => {
    const answer = await start('{"server_url":')
    expect([answer.status, problem(answer).code]).toEqual([400, 'bad_request'])
  })

  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
  ])('answers 415 for the content type %s', async (type) => {
    const body = new TextEncoder().encode(JSON.stringify(DEFINITION))
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type }
    const response = await fetch(`${controlPlane.url}${RUN}`, { method: 'POST', body, headers })
    expect(response.status).toBe(415)
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } })
  })

  it('answers 413 for a body over 1 MiB, its length told or not', async () => {
    const text = JSON.stringify({ ...DEFINITION, name: 'x'.repeat(5 * 1024 * 1024) })
    const told = await start(text)
    expect([told.status, problem(told).code]).toEqual([413, 'payload_too_large'])
    const chunked = await fetch(`${controlPlane.url}${RUN}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Blob([text]).stream(),
      duplex: 'half',
    })
    expect(chunked.status).toBe(413)
    expect(await chunked.json()).toMatchObject({ error: { code: 'payload_too_large' } })
  })
})

describe('Idempotency-Key', () => {
  it('gives the same answer to the same body and starts one run', async () => {
    const headers = { 'Idempotency-Key': 'key-1' }
    const body = { ...DEFINITION, model: 'idempotent' }
    const answers = await Promise.all([start(body, headers), start(body, headers), start(body, headers)])
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202])
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    const history = await controlPlane.call('GET', '/api/v1/benchmark/history?model=idempotent')
    expect(history.json()).toMatchObject({ total: 1 })
  })

  it('answers 409 to another body', async () => {
    const headers = { 'Idempotency-Key': 'key-2' }
    expect((await start(DEFINITION, headers)).status).toBe(202)
    const other = await start({ ...DEFINITION, model: 'another' }, headers)
    expect([other.status, problem(other).code]).toEqual([409, 'conflict'])
  })

  it('answers 422 to a key that is too long', async () => {
    const answer = await start(DEFINITION, { 'Idempotency-Key': 'k'.repeat(256) })
    expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, 'idempotency-key'])
  })

  it('forgets a key with the run it stands for', async () => {
    const headers = { 'Idempotency-Key': 'key-4' }
    const first = RunAccepted.parse((await start(DEFINITION, headers)).json())
    await controlPlane.call('POST', `${RUN}/${first.run_id}/cancel`)
    expect((await controlPlane.call('DELETE', `${RUN}/${first.run_id}`)).status).toBe(204)
    const second = RunAccepted.parse((await start(DEFINITION, headers)).json())
    expect(second.run_id).not.toBe(first.run_id)
    expect((await controlPlane.call('GET', `${RUN}/${second.run_id}`)).status).toBe(200)
  })

  it('forgets a key after a day', async () => {
    const headers = { 'Idempotency-Key': 'key-3' }
    const first = await start(DEFINITION, headers)
    await controlPlane.db((db) =>
      db.run("update idempotency_keys set created_at = created_at - 86400001 where key = 'key-3'"),
    )
    const second = await start(DEFINITION, headers)
    expect(second.status).toBe(202)
    expect(second.text).not.toBe(first.text)
  })
})

describe('status, cancel and delete', () => {
  it.each([
    ['GET', `${RUN}/${UNKNOWN}`],
    ['POST', `${RUN}/${UNKNOWN}/cancel`],
    ['DELETE', `${RUN}/${UNKNOWN}`],
  ])('%s %s: 404 for an unknown id', async (method, path) => {
    const answer = await controlPlane.call(method, path)
    expect([answer.status, problem(answer).code]).toEqual([404, 'not_found'])
  })

  it.each([
    ['GET', `${RUN}/nonsense`],
    ['POST', `${RUN}/nonsense/cancel`],
    ['DELETE', `${RUN}/nonsense`],
  ])('%s %s: 422 for what is no id', async (method, path) => {
    const answer = await controlPlane.call(method, path)
    expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, 'run_id'])
  })

  it('deletes an ended run with all its rows, and refuses one that has not ended', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({ agent_id })
    expect((await controlPlane.call('DELETE', `${RUN}/${runId}`)).status).toBe(409)
    const { agent } = await FakeAgent.join(controlPlane, token, { slots: 100 })
    await agent.accept(runId)
    expect((await controlPlane.call('DELETE', `${RUN}/${runId}`)).status).toBe(409)
    agent.event(runId, 1, COMPLETE)
    await agent.acked(runId, 1)
    expect((await controlPlane.call('DELETE', `${RUN}/${runId}`)).status).toBe(204)
    expect((await controlPlane.call('GET', `${RUN}/${runId}`)).status).toBe(404)
    const left = await controlPlane.db((db) => db.all(`select run_id from results where run_id = '${runId}'`))
    expect(left).toEqual([])
  })
})

describe('secrets', () => {
  const API_KEY = 'sk-very-secret-key-abcd'
  const HEADER = 'Bearer gateway-secret-value-wxyz'

  it('are masked in every answer, unreadable in the database, handed to the agent, and erased at the end', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({
      agent_id,
      api_key: API_KEY,
      headers: { 'X-Gateway': HEADER, 'X-Short': 'short' },
    })
    const stored = () =>
      controlPlane.db((db) => db.all<{ secrets: unknown }>(`select * from runs where run_id = '${runId}'`))
    const [before] = await stored()
    expect(before?.secrets).toEqual(expect.any(String))
    for (const path of [`run/${runId}`, `result/${runId}`, 'history']) {
      const { text } = await controlPlane.call('GET', `/api/v1/benchmark/${path}`)
      expect(text).not.toContain(API_KEY)
      expect(text).not.toContain(HEADER)
    }
    const view = RunView.parse((await controlPlane.call('GET', `${RUN}/${runId}`)).json())
    expect(view.config.api_key).toBe('sk-…abcd')
    expect(view.config.headers).toEqual({ 'X-Gateway': '…wxyz', 'X-Short': '…' })

    const { agent } = await FakeAgent.join(controlPlane, token, { slots: 100 })
    const { definition } = await agent.accept(runId)
    expect(definition.api_key).toBe(API_KEY)
    expect(definition.headers).toEqual({ 'X-Gateway': HEADER, 'X-Short': 'short' })

    const { databasePath } = controlPlane.running
    for (const file of [databasePath, `${databasePath}-wal`]) {
      const bytes = readFileSync(file).toString('latin1')
      expect(bytes).not.toContain(API_KEY)
      expect(bytes).not.toContain(HEADER)
      expect(bytes).not.toContain(token)
    }
    expect(controlPlane.logLines.join('\n')).not.toContain(API_KEY)

    agent.event(runId, 1, COMPLETE)
    await agent.acked(runId, 1)
    expect((await stored())[0]?.secrets).toBeNull()
  })

  it('of a pending run are erased when it is cancelled', async () => {
    const { agent_id } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({ agent_id, api_key: API_KEY })
    await controlPlane.call('POST', `${RUN}/${runId}/cancel`)
    const rows = await controlPlane.db((db) => db.all(`select secrets from runs where run_id = '${runId}'`))
    expect(rows).toEqual([{ secrets: null }])
  })

  it('that can no longer be read fail the run with what to do', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({ agent_id, api_key: API_KEY })
    await controlPlane.db((db) => db.run(`update runs set secrets = 'AAAA' where run_id = '${runId}'`))
    await FakeAgent.join(controlPlane, token, { slots: 100 })
    await expect
      .poll(async () => (await controlPlane.call('GET', `${RUN}/${runId}`)).json(), { timeout: 8000 })
      .toMatchObject({
        status: 'failed',
        error: { code: 'internal', message: expect.stringContaining('LLM_LOADTEST_SECRET') },
      })
  })
})
