import { Comparison, newId, type RequestRecord, type RunDefinitionInput } from '@llm-loadtest/schema'
import { levelResult, NO_EVIDENCE } from '@llm-loadtest/schema/metrics'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, COMPLETE, requestRecord } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const COMPARE = '/api/v1/benchmark/compare'

/** Requests one after another, 100 to 119 ms to the first token, all times so many times as long. */
function requests(count: number, slower: number): RequestRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const sent_ms = index * 1000
    const first = (100 + ((index * 7) % 20)) * slower
    const events = [0, 20, 40, 60, 80].map((ms) => first + ms * slower)
    const end = sent_ms + first + 80 * slower
    const times = { first_event_ms: sent_ms + first, first_token_ms: sent_ms + first }
    return requestRecord(index, {
      ...times,
      sent_ms,
      last_token_ms: end,
      stream_end_ms: end,
      event_ms: events,
    })
  })
}

const send = (body: unknown) => controlPlane.call('POST', COMPARE, { body })

async function compare(body: unknown): Promise<Comparison> {
  const answer = await send(body)
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)])
  return Comparison.parse(answer.json())
}

/** A run of one level that has ended, its records sent in batches of 60. */
async function endedRun(
  slower: number,
  change: Partial<RunDefinitionInput> = {},
  count = 120,
): Promise<string> {
  const { agent_id, token } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun({ num_prompts: count, ...change, agent_id })
  const { agent } = await FakeAgent.join(controlPlane, token)
  await agent.accept(runId)
  const records = requests(count, slower)
  let seq = 0
  for (let start = 0; start < count; start += 60) {
    agent.event(runId, ++seq, batch(records.slice(start, start + 60)))
  }
  const slo = change.goodput_thresholds
  const level = { kind: 'concurrency', index: 0, concurrency: change.concurrency?.[0] ?? 1 } as const
  agent.event(runId, ++seq, { type: 'level_result', result: levelResult(records, level, slo, NO_EVIDENCE) })
  agent.event(runId, ++seq, COMPLETE)
  await agent.acked(runId, seq)
  return runId
}

describe('runs that have ended', () => {
  it('are set against the first, or the baseline that is named', async () => {
    const [a, b] = [await endedRun(1), await endedRun(1.25, { seed: 1, model: 'other' })]
    const compared = await compare({ run_ids: [a, b] })
    expect(compared.baseline).toBe(a)
    expect(
      compared.runs.map(({ run_id, verdict, summary }) => [run_id, verdict, summary?.total_requests]),
    ).toEqual([
      [a, 'valid', 120],
      [b, 'valid', 120],
    ])
    const [level, ...more] = compared.levels
    expect([level?.concurrency, level?.repetition, more]).toEqual([1, 0, []])
    expect(
      level?.runs.map(({ total_requests, sampled_requests }) => [total_requests, sampled_requests]),
    ).toEqual([
      [120, 120],
      [120, 120],
    ])
    const metrics = level?.runs[1]?.metrics
    expect(metrics?.ttft_p50_ms.value).toBeCloseTo(1.25 * 109.5, 6)
    expect(metrics?.ttft_p50_ms.change).toMatchObject({
      percent: expect.closeTo(25, 6),
      effect: 'worse',
      exceeds_noise: true,
    })
    expect(metrics?.error_rate_percent).toEqual({
      value: 0,
      interval: { low: 0, high: 0 },
      change: { difference: 0, percent: null, percent_interval: null, effect: 'equal', exceeds_noise: false },
    })
    expect(metrics?.joules_per_output_token).toEqual({ value: null, interval: null, change: null })
    expect(compared.best.ttft_p50_ms).toEqual({
      value: expect.closeTo(109.5, 6),
      run_id: a,
      level_index: 0,
      verdict: 'valid',
    })
    expect(compared.models.map(({ model, run_ids }) => [model, run_ids])).toEqual([
      ['test-model', [a]],
      ['other', [b]],
    ])
    expect(compared.config_differences).toEqual([
      { field: 'agent_id', values: { [a]: expect.any(String), [b]: expect.any(String) } },
      { field: 'model', values: { [a]: 'test-model', [b]: 'other' } },
      { field: 'seed', values: { [a]: 0, [b]: 1 } },
    ])
    const turned = await compare({ run_ids: [a, b], baseline: b })
    expect(turned.levels[0]?.runs[0]?.metrics.ttft_p50_ms.change).toMatchObject({
      percent: expect.closeTo(-20, 6),
      effect: 'better',
    })
  })

  it('are compared from what was kept of them the first time, with the same answer', async () => {
    const [a, b] = [await endedRun(1), await endedRun(1.01)]
    const first = await send({ run_ids: [a, b] })
    await controlPlane.db((db) => db.run(`delete from request_batches where run_id in ('${a}', '${b}')`))
    expect((await send({ run_ids: [a, b] })).text).toBe(first.text)
    // It is made anew when events have come since, and then tells nothing of noise without records.
    await controlPlane.db((db) => db.run(`update runs set last_seq = last_seq + 1 where run_id = '${a}'`))
    const { levels } = await compare({ run_ids: [a, b] })
    expect(levels[0]?.runs.map(({ sampled_requests }) => sampled_requests)).toEqual([0, 120])
    expect(levels[0]?.runs[1]?.metrics.ttft_p50_ms.change).toMatchObject({
      percent: expect.closeTo(1, 6),
      percent_interval: null,
      exceeds_noise: null,
    })
  })

  it('are compared without the batches that cannot be read', async () => {
    const [a, b] = [await endedRun(1), await endedRun(1)]
    await controlPlane.db((db) =>
      db.run(`update request_batches set data = x'00' where run_id = '${a}' and seq = 1`),
    )
    const { levels } = await compare({ run_ids: [a, b] })
    expect(levels[0]?.runs.map(({ sampled_requests }) => sampled_requests)).toEqual([60, 120])
  })

  it('may have no result', async () => {
    const pending = await controlPlane.startRun({ agent_id: (await controlPlane.mintAgent()).agent_id })
    await controlPlane.call('POST', `/api/v1/benchmark/run/${pending}/cancel`)
    const a = await endedRun(1)
    const compared = await compare({ run_ids: [pending, a] })
    expect(compared.runs[0]).toMatchObject({ status: 'cancelled', summary: null })
    expect(compared.levels[0]?.runs.map(({ run_id }) => run_id)).toEqual([a])
    expect(compared.levels[0]?.runs[0]?.metrics.ttft_p50_ms.change).toBeNull()
  })

  it('takes what is kept away with the run', async () => {
    const [a, b] = [await endedRun(1), await endedRun(1)]
    await compare({ run_ids: [a, b] })
    await controlPlane.call('DELETE', `/api/v1/benchmark/run/${a}`)
    const rows = await controlPlane.db((db) =>
      db.all(`select run_id from run_replicates where run_id in ('${a}', '${b}')`),
    )
    expect(z.array(z.object({ run_id: z.string() })).parse(rows)).toEqual([{ run_id: b }])
  })
})

it('answers 404 to unknown runs and 409 to those that have not ended, and names them', async () => {
  const a = await endedRun(1)
  const [unknown, another] = [newId('run'), newId('run')]
  const missing = await send({ run_ids: [unknown, a, another] })
  expect([missing.status, problem(missing).message]).toEqual([
    404,
    `There is no run ${unknown}, ${another}; take the ids from the history.`,
  ])
  const pending = await controlPlane.startRun({ agent_id: (await controlPlane.mintAgent()).agent_id })
  const unended = await send({ run_ids: [a, pending] })
  expect([unended.status, problem(unended).message]).toEqual([
    409,
    `Only runs that have ended can be compared: wait for ${pending}, or cancel what is not needed.`,
  ])
})

it.each([
  [{ run_ids: ['A', 'A'] }, 'run_ids[1]', 'is given twice'],
  [{ run_ids: ['A'] }, 'run_ids', '>=2'],
  [{ run_ids: [...'ABCDEFGHJKM'] }, 'run_ids', '<=10'],
  [{ run_ids: ['A', 'B'], baseline: 'C' }, 'baseline', 'must be one of run_ids'],
  [{ run_ids: ['A', 'B'], colour: 'red' }, 'colour', 'is not a known field'],
])('answers 422 to %j', async (body, path, message) => {
  const id = (letter: string) => `run_01JDV7Z8K4Q2M6N9P3R5T7W1X${letter}`
  const { run_ids, ...rest } = body
  const baseline = 'baseline' in rest ? { baseline: id(rest.baseline) } : {}
  const answer = await send({ ...rest, run_ids: run_ids.map(id), ...baseline })
  expect([answer.status, problem(answer).details]).toEqual([
    422,
    [{ path, message: expect.stringContaining(message) }],
  ])
})
