import { AGENT_SUBPROTOCOL, AgentList, ControlMessage, RunResult, RunView } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, CANCELLED, levelEvent, requestRecord } from '../testing/samples.ts'
import { openSocket } from '../testing/socket.ts'
import { waitFor } from '../testing/wait.ts'

const LEASE_MS = 900
const SILENCE_MS = 600
const controlPlane = useControlPlane({
  RUN_LEASE_MS: String(LEASE_MS),
  AGENT_SILENCE_MS: String(SILENCE_MS),
  PRESENCE_INTERVAL_MS: '150',
})

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

const cancel = (runId: string) => controlPlane.call('POST', `/api/v1/benchmark/run/${runId}/cancel`)

async function assignedRun(change: Parameters<typeof controlPlane.startRun>[0] = {}) {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id, ...change })
  await agent.accept()
  return { agent, agentId: agent_id, token, runId }
}

describe('the lease', () => {
  it('fails the run of an agent that is gone, with all that had arrived', async () => {
    const { agent, runId } = await assignedRun({ concurrency: [1, 2] })
    agent.event(runId, 1, levelEvent(0, 3))
    agent.event(runId, 2, batch([requestRecord(0, { level_index: 1 }), requestRecord(1, { level_index: 1 })]))
    await agent.acked(runId, 2)
    agent.socket.cut()
    const run = await untilStatus(runId, 'failed')
    expect(run.error?.code).toBe('agent_lost')
    const result = await readResult(runId)
    expect(result.results.map((level) => [level.index, level.concurrency, level.total_requests])).toEqual([
      [0, 1, 3],
      [1, 2, 2],
    ])
    expect(result.results[1]?.ttft?.p50).toBe(100)
    expect(result.summary.total_requests).toBe(5)
  })

  it('closes the socket of an agent that has gone silent and calls it offline', async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    const { agent } = await FakeAgent.join(controlPlane, token)
    expect(await agent.socket.takeClose()).toEqual({
      code: 1001,
      reason: `Nothing was heard for ${SILENCE_MS} ms.`,
    })
    await waitFor('the agent to be offline', async () => {
      const { agents } = AgentList.parse((await controlPlane.call('GET', '/api/v1/agents')).json())
      return agents.find((view) => view.agent_id === agent_id)?.online === false || undefined
    })
  })

  it('keeps the run of an agent that pings, however long it says nothing else', async () => {
    const { agent, runId } = await assignedRun()
    const pinging = setInterval(() => agent.socket.send('ping'), SILENCE_MS / 4)
    const leaseOf = async () => {
      const [row] = await controlPlane.db((db) =>
        db.all<{ lease: number }>(`select lease_expires_at as lease from runs where run_id = '${runId}'`),
      )
      return row?.lease ?? 0
    }
    const first = await leaseOf()
    await waitFor('two leases to pass', async () => (await leaseOf()) > first + 2 * LEASE_MS || undefined)
    clearInterval(pinging)
    expect((await readRun(runId)).status).toBe('running')
    expect(agent.socket.closed).toBeUndefined()
  })

  it('keeps late events of a run that failed, tells the agent to stop, and makes the result anew', async () => {
    const { agent, runId, token } = await assignedRun()
    agent.event(runId, 1, batch([requestRecord(0)]))
    await agent.acked(runId, 1)
    agent.socket.cut()
    await untilStatus(runId, 'failed')
    const { agent: again, welcome } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
    expect(welcome.acknowledged).toEqual({ [runId]: 1 })
    expect((await again.take('cancel')).run_id).toBe(runId)
    again.event(runId, 2, batch([requestRecord(1)]))
    again.event(runId, 3, levelEvent(0, 2))
    again.event(runId, 4, CANCELLED)
    await again.acked(runId, 4)
    const result = await readResult(runId)
    expect([result.status, result.error?.code]).toEqual(['failed', 'agent_lost'])
    expect(result.results.map((level) => level.total_requests)).toEqual([2])
  })

  it('calls a run cancelled when it was to be cancelled as its agent was lost', async () => {
    const { agent, runId } = await assignedRun()
    expect((await cancel(runId)).json()).toEqual({
      run_id: runId,
      status: 'running',
      cancel_requested: true,
    })
    await agent.take('cancel')
    agent.socket.cut()
    expect((await untilStatus(runId, 'cancelled')).error).toBeNull()
  })
})

describe('cancelling', () => {
  it('cancels a pending run at once', async () => {
    const { agent_id } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({ agent_id })
    const answer = await cancel(runId)
    expect([answer.status, answer.json()]).toEqual([
      202,
      { run_id: runId, status: 'cancelled', cancel_requested: false },
    ])
    expect((await readRun(runId)).status).toBe('cancelled')
  })

  it('has the agent stop a running run and keeps its partial result', async () => {
    const { agent, runId } = await assignedRun()
    agent.event(runId, 1, batch([requestRecord(0)]))
    await agent.acked(runId, 1)
    expect((await cancel(runId)).status).toBe(202)
    await agent.take('cancel')
    expect((await readRun(runId)).cancel_requested).toBe(true)
    expect((await cancel(runId)).status).toBe(202)
    agent.event(runId, 2, levelEvent(0, 1))
    agent.event(runId, 3, CANCELLED)
    await agent.acked(runId, 3)
    const result = await readResult(runId)
    expect([result.status, result.error, result.results.length]).toEqual(['cancelled', null, 1])
  })

  it('cancels a running run at once while its agent is away, and tells the agent on its return', async () => {
    const { agent, runId, token } = await assignedRun()
    agent.event(runId, 1, levelEvent(0, 2))
    await agent.acked(runId, 1)
    agent.socket.cut()
    await waitFor('the run to be cancelled', async () => {
      const answer = await cancel(runId)
      return answer.status === 409 || (answer.text.includes('"cancelled"') ? true : undefined)
    })
    expect((await readResult(runId)).results.length).toBe(1)
    const { agent: again } = await FakeAgent.join(controlPlane, token, { runs: [runId] })
    expect((await again.take('cancel')).run_id).toBe(runId)
  })

  it('answers 409 for a run that has ended and 404 for one that is unknown', async () => {
    const { agent_id } = await controlPlane.mintAgent()
    const runId = await controlPlane.startRun({ agent_id })
    await cancel(runId)
    expect((await cancel(runId)).status).toBe(409)
    expect((await cancel('run_01JDV7Z8K4Q2M6N9P3R5T7W1XY')).status).toBe(404)
  })
})

describe('revoking', () => {
  it('closes the socket at once, fails what the agent ran and what was meant for it, and ends its token', async () => {
    const { agent, agentId, runId, token } = await assignedRun()
    const waiting = await controlPlane.startRun({ agent_id: agentId })
    agent.event(runId, 1, levelEvent(0, 2))
    await agent.acked(runId, 1)
    expect((await controlPlane.call('DELETE', `/api/v1/agents/${agentId}`)).status).toBe(204)
    expect((await agent.socket.takeClose()).code).toBe(4401)
    const [ran, waited] = [await readRun(runId), await readRun(waiting)]
    expect([ran.status, ran.error?.code]).toEqual(['failed', 'agent_lost'])
    expect([waited.status, waited.error?.code]).toEqual(['failed', 'rejected'])
    expect((await readResult(runId)).results.length).toBe(1)
    const options = { protocols: [AGENT_SUBPROTOCOL], headers: { Authorization: `Bearer ${token}` } }
    const url = `${controlPlane.socketUrl}/api/v1/agents/ws`
    await expect(openSocket(url, ControlMessage, options)).rejects.toMatchObject({ status: 401 })
  })
})
