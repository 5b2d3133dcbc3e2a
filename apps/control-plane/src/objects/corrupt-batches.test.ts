import { gzipSync } from 'node:zlib'
import { RunResult } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { type EventBody, FakeAgent } from '../testing/fake-agent.ts'
import { batch, COMPLETE, progressEvent, requestRecord } from '../testing/samples.ts'

const controlPlane = useControlPlane()

async function assignedRun() {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id })
  await agent.accept()
  return { agent, runId, token }
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
])('refuses a batch that %s, keeping and acknowledging only what came before', async (_what, corrupt, reason) => {
  const { agent, runId, token } = await assignedRun()
  agent.event(runId, 1, progressEvent(1000))
  agent.event(runId, 2, corrupt)
  expect(await agent.socket.takeClose()).toEqual({
    code: 1008,
    reason: `request_batch 2 cannot be stored: ${reason}`.slice(0, 123),
  })
  const acks = agent.socket.received.flatMap((message) => (message.type === 'ack' ? [message.seq] : []))
  expect(new Set(acks)).toEqual(new Set([1]))
  const { agent: again, welcome } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
  expect(welcome.acknowledged).toEqual({ [runId]: 1 })
  again.event(runId, 2, batch([requestRecord(0)]))
  again.event(runId, 3, COMPLETE)
  await again.acked(runId, 3)
  const answer = await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)
  expect(RunResult.parse(answer.json()).results.map((level) => level.total_requests)).toEqual([1])
})
