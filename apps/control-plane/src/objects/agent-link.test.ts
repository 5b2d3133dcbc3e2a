import { LevelResult, RunResult, RunView } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, COMPLETE, levelEvent, progressEvent, requestRecord, sampleLevel } from '../testing/samples.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane()

async function readRun(runId: string): Promise<RunView> {
  return RunView.parse((await controlPlane.call('GET', `/api/v1/benchmark/run/${runId}`)).json())
}

async function readResult(runId: string): Promise<RunResult> {
  return RunResult.parse((await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)).json())
}

const untilStatus = (runId: string, status: RunView['status']) =>
  waitFor(`${runId} to be ${status}`, async () => {
    const run = await readRun(runId)
    return run.status === status ? run : undefined
  })

/** A run that is pinned to an agent of its own, so that tests do not take each other's. */
async function assignedRun(change: Parameters<typeof controlPlane.startRun>[0] = {}) {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id, ...change })
  const run = await agent.accept()
  expect(run.run_id).toBe(runId)
  return { agent, agentId: agent_id, token, runId, run }
}

describe('claiming', () => {
  it('hands a run out once when two agents race for it', async () => {
    const [one, two] = [await controlPlane.mintAgent(), await controlPlane.mintAgent()]
    const runIds = await Promise.all([1, 2, 3, 4].map(() => controlPlane.startRun()))
    const joined = await Promise.all(
      [one, two].map(({ token }) => FakeAgent.join(controlPlane, token, { slots: 2 })),
    )
    const held = await Promise.all(
      joined.map(async ({ agent }) => [(await agent.accept()).run_id, (await agent.accept()).run_id]),
    )
    expect(held.flat().sort()).toEqual(runIds.sort())
    for (const [index, { agent }] of joined.entries()) {
      for (const runId of held[index] ?? []) {
        agent.event(runId, 1, COMPLETE)
        await agent.acked(runId, 1)
      }
    }
    const assigns = joined.flatMap(({ agent }) =>
      agent.socket.received.filter(({ type }) => type === 'assign'),
    )
    expect(assigns).toEqual([])
  })

  it('gives no more runs than slots, and the next once one has ended', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const { agent } = await FakeAgent.join(controlPlane, token, { slots: 1 })
    const first = await controlPlane.startRun({ agent_id })
    const second = await controlPlane.startRun({ agent_id })
    expect((await agent.accept()).run_id).toBe(first)
    expect((await readRun(second)).status).toBe('pending')
    agent.event(first, 1, COMPLETE)
    await agent.acked(first, 1)
    expect((await agent.accept()).run_id).toBe(second)
  })

  it('fails a pinned run that its agent rejects, with the reason', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const { agent } = await FakeAgent.join(controlPlane, token)
    const runId = await controlPlane.startRun({ agent_id })
    await agent.take('assign')
    agent.socket.send({ type: 'reject', run_id: runId, reason: 'target not allowed' })
    const run = await untilStatus(runId, 'failed')
    expect(run.error).toEqual({
      code: 'rejected',
      message: 'No agent took the run. The last one said: target not allowed',
    })
  })

  it('offers a rejected run to another agent and never again to the one that refused', async () => {
    const [a, b] = [await controlPlane.mintAgent(), await controlPlane.mintAgent()]
    const { agent: first } = await FakeAgent.join(controlPlane, a.token)
    const runId = await controlPlane.startRun()
    await first.take('assign')
    const { agent: second } = await FakeAgent.join(controlPlane, b.token)
    first.socket.send({ type: 'reject', run_id: runId, reason: 'no room' })
    expect((await second.accept()).run_id).toBe(runId)
    second.event(runId, 1, COMPLETE)
    await second.acked(runId, 1)
    expect((await readRun(runId)).agent_id).toBe(b.agent_id)
    expect(first.socket.received.filter((message) => message.type === 'assign')).toEqual([])
  })

  it('assigns a run again when the agent comes back without it and nothing had arrived', async () => {
    const { runId, token, agent } = await assignedRun()
    agent.socket.cut()
    const { agent: again } = await FakeAgent.join(controlPlane, token)
    expect((await again.accept()).run_id).toBe(runId)
  })

  it('fails a run the agent comes back without after events had arrived, and keeps them', async () => {
    const { runId, token, agent } = await assignedRun()
    agent.event(runId, 1, levelEvent())
    await agent.acked(runId, 1)
    agent.socket.cut()
    await FakeAgent.join(controlPlane, token)
    const run = await untilStatus(runId, 'failed')
    expect(run.error?.code).toBe('agent_lost')
    expect((await readResult(runId)).results).toEqual([LevelResult.parse(sampleLevel())])
  })
})

describe('events', () => {
  it('turns a whole run into its result', async () => {
    const { agent, runId, agentId } = await assignedRun({ name: 'whole' })
    agent.event(runId, 1, progressEvent(1000))
    agent.event(runId, 2, batch([requestRecord(0), requestRecord(1), requestRecord(2)]))
    agent.event(runId, 3, levelEvent())
    await agent.acked(runId, 3)
    const partial = await readResult(runId)
    expect(partial.status).toBe('running')
    expect(partial.results.map((level) => level.total_requests)).toEqual([3])
    agent.event(runId, 4, COMPLETE)
    await agent.acked(runId, 4)
    const result = await readResult(runId)
    expect(result).toMatchObject({
      status: 'completed',
      name: 'whole',
      agent_id: agentId,
      started_at: '2026-01-02T03:04:05.000Z',
      completed_at: '2026-01-02T03:04:15.500Z',
      duration_seconds: 10.5,
      error: null,
      summary: {
        total_requests: 3,
        total_output_tokens: 15,
        best_ttft_p50_ms: { value: 100, level_index: 0 },
      },
      validity: { verdict: 'valid', reasons: [] },
    })
    const { config, results, summary, gpu, validity, ...head } = result
    expect(await readRun(runId)).toEqual({ ...head, config })
  })

  it('acknowledges a repeated seq and counts it once', async () => {
    const { agent, runId } = await assignedRun()
    const one = batch([requestRecord(0)])
    agent.event(runId, 1, one)
    await agent.acked(runId, 1)
    agent.event(runId, 1, one)
    await agent.acked(runId, 1)
    agent.event(runId, 2, { type: 'run_failed', error: { code: 'internal', message: 'broke' } })
    await agent.acked(runId, 2)
    const result = await readResult(runId)
    expect(result.status).toBe('failed')
    expect(result.error).toEqual({ code: 'internal', message: 'broke' })
    expect(result.results.map((level) => level.total_requests)).toEqual([1])
  })

  it('closes with 1008 on a gap, keeping what came before it', async () => {
    const { agent, runId, token } = await assignedRun()
    agent.event(runId, 1, progressEvent(1000))
    agent.event(runId, 3, progressEvent(3000))
    expect(await agent.socket.takeClose()).toEqual({
      code: 1008,
      reason: 'gap: seq 3 came where 2 was expected',
    })
    const { welcome } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
    expect(welcome.acknowledged).toEqual({ [runId]: 1 })
  })

  it('resumes after a cut from the last stored seq', async () => {
    const { agent, runId, token } = await assignedRun()
    agent.event(runId, 1, batch([requestRecord(0)]))
    await agent.acked(runId, 1)
    agent.socket.cut()
    const { agent: again, welcome } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
    expect(welcome.acknowledged).toEqual({ [runId]: 1 })
    again.event(runId, 2, batch([requestRecord(1)]))
    again.event(runId, 3, levelEvent(0, 2))
    again.event(runId, 4, COMPLETE)
    await again.acked(runId, 4)
    const counts = await controlPlane.db((db) =>
      db.all<{ count: number }>(`select sum(count) as count from request_batches where run_id = '${runId}'`),
    )
    expect(counts).toEqual([{ count: 2 }])
    expect((await readRun(runId)).status).toBe('completed')
  })

  it("acknowledges null for runs that are unknown or another agent's", async () => {
    const { runId } = await assignedRun()
    const { token } = await controlPlane.mintAgent()
    const unknown = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
    const { welcome, agent } = await FakeAgent.join(controlPlane, token, { runs: [runId, unknown] })
    expect(welcome.acknowledged).toEqual({ [runId]: null, [unknown]: null })
    agent.event(runId, 1, progressEvent(1))
    expect((await agent.socket.takeClose()).code).toBe(1008)
    expect((await readRun(runId)).status).toBe('running')
  })

  it('stores a long backlog in order', async () => {
    const { agent, runId } = await assignedRun({ num_prompts: 200 })
    for (let seq = 1; seq <= 200; seq++) agent.event(runId, seq, batch([requestRecord(seq)]))
    agent.event(runId, 201, COMPLETE)
    await agent.acked(runId, 201)
    expect((await readResult(runId)).results.map((level) => level.total_requests)).toEqual([200])
  })
})
