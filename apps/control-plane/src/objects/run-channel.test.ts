import { RunView, ViewerMessage } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { COMPLETE, levelEvent, progressEvent, runProgress, sampleLevel } from '../testing/samples.ts'
import { openSocket } from '../testing/socket.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane()
const UNKNOWN = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'

async function join(runId: string, path = `/api/v1/benchmark/ws/run/${runId}`) {
  const socket = await openSocket(`${controlPlane.socketUrl}${path}`, ViewerMessage)
  // As the client does: workerd leaves a connection half open when it closes one that never said anything.
  socket.send('ping')
  const take = <T extends ViewerMessage['type']>(type: T) =>
    socket.take(type, (message): message is ViewerMessage & { type: T } => message.type === type)
  return { socket, take }
}

async function assignedRun() {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id })
  await agent.accept()
  return { agent, runId, token }
}

describe.each([
  ['the path', (id: string) => `/api/v1/benchmark/ws/run/${id}`],
  ['the older path', (id: string) => `/api/v1/benchmark/${id}/progress`],
])('%s', (_name, pathOf) => {
  it('answers 426 without an upgrade', async () => {
    expect((await controlPlane.call('GET', pathOf(UNKNOWN))).status).toBe(426)
  })

  it('answers 404 for an unknown run, 422 for what is no id, 403 to another site', async () => {
    const open = (id: string, headers: Record<string, string> = {}) =>
      openSocket(`${controlPlane.socketUrl}${pathOf(id)}`, ViewerMessage, { headers })
    await expect(open(UNKNOWN)).rejects.toMatchObject({ status: 404 })
    await expect(open('nonsense')).rejects.toMatchObject({ status: 422 })
    const { runId } = await assignedRun()
    for (const Origin of ['https://evil.test', 'null']) {
      await expect(open(runId, { Origin })).rejects.toMatchObject({
        status: 403,
        body: expect.stringContaining('"forbidden"'),
      })
    }
    await open(runId, { Origin: controlPlane.url })
  })

  it('gives a snapshot, then everything as it happens, then the end', async () => {
    const { agent, runId } = await assignedRun()
    agent.event(runId, 1, progressEvent(1000))
    agent.event(runId, 2, levelEvent(0))
    await agent.acked(runId, 2)
    const viewer = await join(runId, pathOf(runId))
    const snapshot = await viewer.take('snapshot')
    expect(snapshot.run.run_id).toBe(runId)
    expect(snapshot.history).toEqual([runProgress(1000)])
    expect(snapshot.levels).toEqual([sampleLevel(0)])

    agent.event(runId, 3, progressEvent(2000))
    expect(await viewer.take('progress')).toEqual({
      type: 'progress',
      status: 'running',
      ...runProgress(2000),
    })
    agent.event(runId, 4, levelEvent(1))
    expect((await viewer.take('level_result')).result.index).toBe(1)
    agent.event(runId, 5, COMPLETE)
    const end = await viewer.take('completed')
    const view = (await controlPlane.call('GET', `/api/v1/benchmark/run/${runId}`)).json()
    expect(end.run).toEqual(RunView.parse(view))
    expect(await viewer.socket.takeClose()).toEqual({ code: 1000, reason: 'The run has ended.' })
  })
})

it('passes on the request log and GPU samples', async () => {
  const { agent, runId } = await assignedRun()
  const viewer = await join(runId)
  await viewer.take('snapshot')
  const entry = {
    request_id: 'r1',
    level_index: 0,
    at_ms: 5,
    outcome: 'HTTP_429' as const,
    http_status: 429,
    ttft_ms: null,
    e2e_ms: null,
    output_tokens: null,
    error_message: 'slow down',
  }
  agent.event(runId, 1, { type: 'progress', progress: runProgress(1), log: [entry] })
  expect((await viewer.take('request_log')).entries).toEqual([entry])
  agent.event(runId, 2, { type: 'gpu', period_ms: 1000, devices: [], samples: [] })
  expect((await viewer.take('gpu')).samples).toEqual([])
})

it('shows no event twice when an agent sends it again', async () => {
  const { agent, runId, token } = await assignedRun()
  const viewer = await join(runId)
  agent.event(runId, 1, progressEvent(1000))
  await agent.acked(runId, 1)
  agent.socket.cut()
  const { agent: again } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
  again.event(runId, 1, progressEvent(1000))
  again.event(runId, 2, progressEvent(2000))
  await again.acked(runId, 2)
  const seen = [await viewer.take('progress'), await viewer.take('progress')]
  expect(seen.map((message) => message.at_ms)).toEqual([1000, 2000])
  expect((await (await join(runId)).take('snapshot')).history.length).toBe(2)
})

it('gives a viewer of an ended run the snapshot and the end', async () => {
  const { agent, runId } = await assignedRun()
  agent.event(runId, 1, levelEvent(0))
  agent.event(runId, 2, { type: 'run_failed', error: { code: 'warmup_failed', message: 'HTTP_500' } })
  await agent.acked(runId, 2)
  const viewer = await join(runId)
  expect((await viewer.take('snapshot')).levels).toEqual([sampleLevel(0)])
  expect((await viewer.take('failed')).run.error).toEqual({ code: 'warmup_failed', message: 'HTTP_500' })
  expect((await viewer.socket.takeClose()).code).toBe(1000)
})

it('tells viewers of a pending run that it was cancelled', async () => {
  const { agent_id } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun({ agent_id })
  const viewer = await join(runId)
  expect((await viewer.take('snapshot')).run.status).toBe('pending')
  await controlPlane.call('POST', `/api/v1/benchmark/run/${runId}/cancel`)
  expect((await viewer.take('cancelled')).run.status).toBe('cancelled')
})

it('keeps a bounded history that begins with the first point and ends with the last', async () => {
  const { agent, runId } = await assignedRun()
  for (let seq = 1; seq <= 1500; seq++) agent.event(runId, seq, progressEvent(seq))
  await agent.acked(runId, 1500)
  const { history } = await (await join(runId)).take('snapshot')
  const times = history.map((progress) => progress.at_ms)
  expect(times.length).toBeGreaterThan(300)
  expect(times.length).toBeLessThanOrEqual(600)
  expect([times[0], times.at(-1)]).toEqual([1, 1500])
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

it('takes 200 viewers, and tells the next to wait', async () => {
  const runId = await controlPlane.startRun()
  const viewers = await Promise.all(Array.from({ length: 200 }, () => join(runId)))
  await expect(join(runId)).rejects.toMatchObject({
    status: 429,
    body: expect.stringContaining('"code":"rate_limited"'),
  })
  viewers[0]?.socket.cut()
  const again = await waitFor('a place', () => join(runId).catch(() => undefined))
  expect((await again.take('snapshot')).run.run_id).toBe(runId)
})
