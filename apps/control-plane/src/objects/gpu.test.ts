import { AgentList, type AgentView, RunResult, ViewerMessage } from '@llm-loadtest/schema'
import { lostGpuReading, sampleGpu, sampleGpuReading } from '@llm-loadtest/schema/testing'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { COMPLETE, gpuEvent, levelEvent } from '../testing/samples.ts'
import { openSocket } from '../testing/socket.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane()
const GPUS = [sampleGpu(), sampleGpu({ index: 1 })]

async function joined(options: Parameters<typeof FakeAgent.join>[2] = { gpus: GPUS }) {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token, options)
  return { agent, agent_id, token }
}

async function assignedRun() {
  const { agent, agent_id } = await joined()
  const runId = await controlPlane.startRun({ agent_id, concurrency: [1, 2] })
  await agent.accept()
  return { agent, runId }
}

const resultOf = async (runId: string) =>
  RunResult.parse((await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)).json())

async function snapshotOf(runId: string) {
  const path = `/api/v1/benchmark/ws/run/${runId}`
  const viewer = await openSocket(`${controlPlane.socketUrl}${path}`, ViewerMessage)
  viewer.send('ping')
  const take = <T extends ViewerMessage['type']>(type: T) =>
    viewer.take(type, (message): message is ViewerMessage & { type: T } => message.type === type)
  return { snapshot: await take('snapshot'), take }
}

async function listed(agentId: string, wanted: (agent: AgentView) => boolean): Promise<AgentView> {
  return waitFor('the agent as wanted', async () => {
    const { agents } = AgentList.parse((await controlPlane.call('GET', '/api/v1/agents')).json())
    return agents.find((agent) => agent.agent_id === agentId && wanted(agent))
  })
}

describe('the list of agents', () => {
  it('has the GPUs of each host and their newest readings', async () => {
    const { agent, agent_id } = await joined()
    const before = await listed(agent_id, () => true)
    expect([before.gpus, before.gpu_absence, before.gpu_samples]).toEqual([GPUS, null, []])
    const samples = [sampleGpuReading({ power_watts: 321 }), lostGpuReading({ device_index: 1 })]
    const first = [sampleGpuReading({ power_watts: 1 })]
    agent.socket.send({ type: 'gpu_now', devices: null, samples: first })
    agent.socket.send({ type: 'gpu_now', samples })
    const after = await listed(agent_id, (each) => each.gpu_samples.length === 2)
    expect([after.gpus, after.gpu_samples]).toEqual([GPUS, samples])
  })

  it('has the GPUs that an agent found after it had said that it reads none', async () => {
    const gpuAbsence = { reason: 'no_driver' as const, message: 'The driver is not loaded.' }
    const { agent, agent_id } = await joined({ gpus: [], gpuAbsence })
    expect(await listed(agent_id, () => true)).toMatchObject({ gpus: [], gpu_absence: gpuAbsence })
    agent.socket.send({ type: 'gpu_now', devices: GPUS, samples: [sampleGpuReading()] })
    const after = await listed(agent_id, (each) => each.gpu_samples.length === 1)
    expect([after.gpus, after.gpu_absence]).toEqual([GPUS, null])
  })

  it('has no readings older than half a minute, nor those from before a reconnect', async () => {
    const { agent, agent_id, token } = await joined()
    agent.socket.send({ type: 'gpu_now', devices: null, samples: [sampleGpuReading()] })
    await listed(agent_id, (each) => each.gpu_samples.length === 1)
    const age = (ms: number) =>
      controlPlane.db((db) =>
        db.run(sql`update agents set gpu_at = ${Date.now() - ms} where agent_id = ${agent_id}`),
      )
    await age(31_000)
    expect((await listed(agent_id, () => true)).gpu_samples).toEqual([])
    await age(20_000)
    expect((await listed(agent_id, () => true)).gpu_samples).toHaveLength(1)
    agent.socket.cut()
    await FakeAgent.join(controlPlane, token, { gpus: GPUS })
    expect((await listed(agent_id, () => true)).gpu_samples).toEqual([])
  })

  it('says why an agent samples no GPU', async () => {
    const gpuAbsence = { reason: 'no_library' as const, message: 'No NVIDIA driver was found.' }
    const { agent_id } = await joined({ gpuAbsence })
    expect((await listed(agent_id, () => true)).gpu_absence).toEqual(gpuAbsence)
  })
})

describe('a viewer', () => {
  it('gets the samples so far on joining, and each as it comes', async () => {
    const { agent, runId } = await assignedRun()
    expect((await snapshotOf(runId)).snapshot.gpu).toBeNull()
    agent.event(runId, 1, gpuEvent(0, { first: true, devices: 2 }))
    agent.event(runId, 2, gpuEvent(1000, { devices: 2 }))
    await agent.acked(runId, 2)
    const { snapshot, take } = await snapshotOf(runId)
    expect(snapshot.gpu?.devices).toEqual(GPUS)
    expect(snapshot.gpu?.samples.map((each) => [each.at_ms, each.device_index])).toEqual([
      [0, 0],
      [0, 1],
      [1000, 0],
      [1000, 1],
    ])
    agent.event(runId, 3, gpuEvent(2000))
    expect(await take('gpu')).toEqual({
      type: 'gpu',
      devices: null,
      samples: [sampleGpuReading({ at_ms: 2000 })],
    })
  })

  it('gets a bounded number of samples, from the first to the newest', async () => {
    const { agent, runId } = await assignedRun()
    for (let seq = 1; seq <= 700; seq++) {
      agent.event(runId, seq, gpuEvent(seq * 1000, { first: seq === 1, devices: 8 }))
    }
    await agent.acked(runId, 700)
    const samples = (await snapshotOf(runId)).snapshot.gpu?.samples ?? []
    expect(samples.length).toBeGreaterThan(1000)
    expect(samples.length).toBeLessThanOrEqual(2400)
    expect([samples[0]?.at_ms, samples.at(-1)?.at_ms]).toEqual([1000, 700_000])
    const times = samples.map(({ at_ms }) => at_ms)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})

describe('the result', () => {
  it('has the GPU figures while the run goes on and after it, from however many events', async () => {
    const { agent, runId } = await assignedRun()
    // The level's window is 1000 to 1580 ms: 58 J at 100 W, 15 output tokens.
    for (let seq = 1; seq <= 250; seq++) {
      agent.event(runId, seq, gpuEvent((seq - 1) * 10, { first: seq === 1 }))
    }
    agent.event(runId, 251, levelEvent())
    await agent.acked(runId, 251)
    const partial = await resultOf(runId)
    expect(partial.gpu).toMatchObject({ period_ms: 1000, devices: [sampleGpu()] })
    expect(partial.gpu?.series[0]?.at_ms).toHaveLength(250)
    agent.event(runId, 252, gpuEvent(2500))
    await agent.acked(runId, 252)
    expect((await resultOf(runId)).gpu?.series[0]?.at_ms).toHaveLength(251)
    agent.event(runId, 253, gpuEvent(2600))
    agent.event(runId, 254, COMPLETE)
    await agent.acked(runId, 254)
    const { gpu, status } = await resultOf(runId)
    expect(status).toBe('completed')
    expect(gpu?.series[0]?.at_ms.slice(-2)).toEqual([2500, 2600])
    expect(gpu?.levels[0]?.energy_joules).toBeCloseTo(58, 9)
    expect(gpu?.levels[0]?.joules_per_output_token).toBeCloseTo(58 / 15, 9)
    expect(gpu?.run.energy_joules).toBeCloseTo(260, 9)
  })

  it('keeps the figures of a run that failed', async () => {
    const { agent, runId } = await assignedRun()
    agent.event(runId, 1, gpuEvent(0, { first: true }))
    agent.event(runId, 2, gpuEvent(1000))
    agent.event(runId, 3, { type: 'run_failed', error: { code: 'internal', message: 'broken' } })
    await agent.acked(runId, 3)
    expect((await resultOf(runId)).gpu?.run).toMatchObject({
      energy_joules: 100,
      joules_per_output_token: null,
    })
  })

  it('has none when the agent sampled no GPU', async () => {
    const { agent, runId } = await assignedRun()
    agent.event(runId, 1, levelEvent())
    await agent.acked(runId, 1)
    expect((await resultOf(runId)).gpu).toBeNull()
  })

  it('is made without the GPU when its samples cannot be read', async () => {
    const { agent, runId } = await assignedRun()
    agent.event(runId, 1, gpuEvent(0, { first: true }))
    agent.event(runId, 2, levelEvent())
    await agent.acked(runId, 2)
    await controlPlane.db((db) =>
      db.run(sql`update gpu_samples set samples = '[{}]' where run_id = ${runId}`),
    )
    agent.event(runId, 3, COMPLETE)
    await agent.acked(runId, 3)
    const { status, gpu, results } = await resultOf(runId)
    expect([status, gpu, results.length]).toEqual(['completed', null, 1])
  })
})
