import { gzipSync } from 'node:zlib'
import { RunResult, RunView } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { type EventBody, FakeAgent } from '../testing/fake-agent.ts'
import { batch, CANCELLED, COMPLETE, levelEvent, requestRecord } from '../testing/samples.ts'

const controlPlane = useControlPlane()

async function assignedRun() {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id })
  await agent.accept()
  return { agent, agentId: agent_id, runId }
}

const packed = (value: unknown, count = 1): EventBody => ({
  type: 'request_batch',
  level_index: 0,
  count,
  data: gzipSync(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
})
const ZEROS = { ...packed(''), data: gzipSync(new Uint8Array(65 * 1024 * 1024)).toString('base64') }

it.each<[string, EventBody, string]>([
  ['is not gzip', { ...packed(''), data: 'AAAA' }, 'it is not gzip of UTF-8 text'],
  ['unpacks to too much', ZEROS, 'it unpacks to more than 67108864 bytes'],
  ['is not JSON', packed('[{'), 'it is not JSON'],
  ['is no array', packed({}), 'not request records: : Invalid input: expected array, received object'],
  [
    'holds no record',
    packed([{ ...requestRecord(0), index: 'one' }]),
    'not request records: [0].index: Invalid input: expected number, received string',
  ],
  ['holds fewer than it counts', packed([requestRecord(0)], 2), 'it holds 1 records where its count is 2'],
  [
    'holds a record of another level',
    packed([requestRecord(0, { level_index: 1 })]),
    'it is of level 0, a record of level 1',
  ],
])('fails the run by a batch that %s, acknowledges it, and keeps what came before it', async (_what, corrupt, reason) => {
  const { agent, runId } = await assignedRun()
  agent.event(runId, 1, batch([requestRecord(0)]))
  agent.event(runId, 2, corrupt)
  agent.event(runId, 3, COMPLETE)
  await agent.acked(runId, 3)
  expect((await agent.take('cancel')).run_id).toBe(runId)
  const answer = await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)
  const result = RunResult.parse(answer.json())
  expect(result.results.map((level) => level.total_requests)).toEqual([1])
  expect([result.status, result.error]).toEqual([
    'failed',
    {
      code: 'internal',
      message: `The agent sent what cannot be stored; what had arrived before is kept. request_batch 2 cannot be stored: ${reason}`,
    },
  ])
})

it('fails the run by a result that does not follow the protocol, on the same link, which takes the next run', async () => {
  const { agent, agentId, runId } = await assignedRun()
  const event = levelEvent()
  if (event.type !== 'level_result') throw new Error('no level')
  event.result.tokens.input_tokens = 1e20
  agent.event(runId, 1, event)
  await agent.acked(runId, 1)
  expect((await agent.take('cancel')).run_id).toBe(runId)
  const run = RunView.parse((await controlPlane.call('GET', `/api/v1/benchmark/run/${runId}`)).json())
  expect(run.error?.message).toContain('level_result 1 cannot be stored: result.tokens.input_tokens Too big')
  agent.event(runId, 2, CANCELLED)
  await agent.acked(runId, 2)
  const next = await controlPlane.startRun({ agent_id: agentId })
  expect((await agent.accept()).run_id).toBe(next)
})

it('gives the slot back at once when it is the last event that cannot be stored', async () => {
  const { agent, agentId, runId } = await assignedRun()
  agent.event(runId, 1, { type: 'run_failed', error: { code: 'internal', message: 'x'.repeat(2001) } })
  await agent.acked(runId, 1)
  const next = await controlPlane.startRun({ agent_id: agentId })
  expect((await agent.accept()).run_id).toBe(next)
})
