import { RunResult } from '@llm-loadtest/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { endedRun } from '../testing/ended-run.ts'
import { gpuEvent, levelEvent } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const RESULT = '/api/v1/benchmark/result'
const UNKNOWN = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
let runId = ''

beforeAll(async () => {
  const events = [gpuEvent(1000, { first: true }), levelEvent()]
  runId = await endedRun(controlPlane, { name: '../=evil "name"\r\n' }, events)
})

describe('the result', () => {
  it('of a pending run is empty', async () => {
    const { agent_id } = await controlPlane.mintAgent()
    const pending = await controlPlane.startRun({ agent_id })
    const result = RunResult.parse((await controlPlane.call('GET', `${RESULT}/${pending}`)).json())
    expect(result).toMatchObject({
      status: 'pending',
      results: [],
      gpu: null,
      summary: { total_requests: 0 },
    })
  })

  it('comes with an ETag and is 304 for who has it', async () => {
    const first = await controlPlane.call('GET', `${RESULT}/${runId}`)
    expect(first.status).toBe(200)
    expect(RunResult.parse(first.json()).status).toBe('completed')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
    const read = (tag: string) =>
      controlPlane.call('GET', `${RESULT}/${runId}`, { headers: { 'If-None-Match': tag } })
    const again = await read(`"other", W/${etag}`)
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await read('"other"')).status).toBe(200)
  })

  it.each([
    '',
    '/export?format=csv',
    '/export?format=vllm',
    '/requests?format=csv',
  ])('%s: 404 for an unknown id and 422 for what is none', async (rest) => {
    const unknown = await controlPlane.call('GET', `${RESULT}/${UNKNOWN}${rest}`)
    expect([unknown.status, problem(unknown).code]).toEqual([404, 'not_found'])
    const nonsense = await controlPlane.call('GET', `${RESULT}/nonsense${rest}`)
    expect([nonsense.status, problem(nonsense).details?.[0]?.path]).toEqual([422, 'run_id'])
  })
})
