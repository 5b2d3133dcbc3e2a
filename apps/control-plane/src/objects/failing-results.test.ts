import { RunResult } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { COMPLETE, levelEvent } from '../testing/samples.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane({
  RUN_LEASE_MS: '900',
  AGENT_SILENCE_MS: '600',
  PRESENCE_INTERVAL_MS: '150',
})

/** Runs of one agent, each with one level stored. */
async function runsOf(count: number) {
  const { agent_id, token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token, { slots: count })
  const runIds: string[] = []
  for (let i = 0; i < count; i++) {
    const runId = await controlPlane.startRun({ agent_id })
    await agent.accept(runId)
    agent.event(runId, 1, levelEvent(0, 3))
    await agent.acked(runId, 1)
    runIds.push(runId)
  }
  const [first = '', second = ''] = runIds
  return { agent, first, second }
}

const spoilLevel = (runId: string) =>
  controlPlane.db((db) => db.run(`update level_results set result = '{}' where run_id = '${runId}'`))

const ended = (runId: string) =>
  waitFor(`${runId} to end`, async () => {
    const [row] = await controlPlane.db((db) =>
      db.all<{ status: string; error: string; secrets: unknown; lease_expires_at: unknown }>(
        `select status, error, secrets, lease_expires_at from runs where run_id = '${runId}'`,
      ),
    )
    return row && row.status !== 'running' ? { ...row, error: JSON.parse(row.error) } : undefined
  })

const resultOf = async (runId: string) =>
  RunResult.parse((await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)).json())

it('ends a run whose result cannot be made as failed and empty, and the other runs of its agent', async () => {
  const { agent, first, second } = await runsOf(2)
  await spoilLevel(first)
  agent.socket.cut()
  expect(await ended(first)).toMatchObject({ status: 'failed', error: { code: 'internal' }, secrets: null })
  const result = await resultOf(first)
  expect([result.status, result.error?.code, result.results]).toEqual(['failed', 'internal', []])
  expect(await ended(second)).toMatchObject({ status: 'failed', error: { code: 'agent_lost' } })
  expect((await resultOf(second)).results.map((level) => level.total_requests)).toEqual([3])
})

it('acknowledges the last event of a run whose result cannot be made', async () => {
  const { agent, first } = await runsOf(1)
  await spoilLevel(first)
  agent.event(first, 2, COMPLETE)
  await agent.acked(first, 2)
  expect((await resultOf(first)).error?.code).toBe('internal')
})

it('ends a run whose row cannot be read, and the other runs of its agent', async () => {
  const { agent, first, second } = await runsOf(2)
  await controlPlane.db((db) => db.run(`update runs set config = '{}' where run_id = '${first}'`))
  agent.socket.cut()
  expect(await ended(first)).toMatchObject({
    status: 'failed',
    error: { code: 'internal' },
    lease_expires_at: null,
  })
  expect(await ended(second)).toMatchObject({ status: 'failed', error: { code: 'agent_lost' } })
})
