import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunResult } from '@llm-loadtest/schema'
import { expect, it, onTestFinished } from 'vitest'
import { TestControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, requestRecord } from '../testing/samples.ts'
import { waitFor } from '../testing/wait.ts'

const TIMINGS = { AGENT_SILENCE_MS: '1000', PRESENCE_INTERVAL_MS: '200' }

/** A control plane that can be stopped and started again over the same data. */
async function restartable(leaseMs: number) {
  const vars = { ...TIMINGS, RUN_LEASE_MS: String(leaseMs) }
  const dataDir = mkdtempSync(join(tmpdir(), 'restart-'))
  const start = async () => {
    const controlPlane = new TestControlPlane()
    await controlPlane.start(dataDir, vars, null)
    return controlPlane
  }
  let current = await start()
  onTestFinished(async () => {
    await current.running.close()
    rmSync(dataDir, { recursive: true })
  })
  const restart = async () => {
    await current.running.close()
    current = await start()
    return current
  }
  return { first: current, restart }
}

async function runOf(controlPlane: TestControlPlane) {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  const runId = await controlPlane.startRun({ agent_id })
  await agent.accept()
  agent.event(runId, 1, batch([requestRecord(0)]))
  await agent.acked(runId, 1)
  return { runId, token }
}

it('finds a lease that lapsed over a restart, though no agent comes back', { timeout: 40_000 }, async () => {
  const { first, restart } = await restartable(1500)
  const { runId } = await runOf(first)
  const second = await restart()
  const result = await waitFor('the run to fail', async () => {
    const answer = await second.call('GET', `/api/v1/benchmark/result/${runId}`)
    const read = RunResult.parse(answer.json())
    return read.status === 'failed' ? read : undefined
  })
  expect(result.error?.code).toBe('agent_lost')
  expect(result.summary.total_requests).toBe(1)
})

it('goes on with the run of an agent that comes back after a restart', { timeout: 40_000 }, async () => {
  const { first, restart } = await restartable(60_000)
  const { runId, token } = await runOf(first)
  const second = await restart()
  const { agent, welcome } = await FakeAgent.join(second, token, { runs: [runId] })
  expect(welcome.acknowledged).toEqual({ [runId]: 1 })
  agent.event(runId, 2, batch([requestRecord(1)]))
  await agent.acked(runId, 2)
  const run = await second.call('GET', `/api/v1/benchmark/run/${runId}`)
  expect(run.json()).toMatchObject({ status: 'running', error: null })
})
