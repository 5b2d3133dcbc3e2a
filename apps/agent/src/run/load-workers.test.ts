import type { Worker } from 'node:worker_threads'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { type RequestRecord, RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { executeRun } from './run-executor.ts'
import type { RunOutput } from './run-sink.ts'

let simulator: RunningSimulator
const tokenizer = new Tokenizer()
/** Load workers, in the order they were started: the tokenizer's thread is not among them. */
let workers: Worker[] = []
const noteWorker = (worker: Worker) => workers.push(worker)
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, trace: true })
  await tokenizer.count('o200k_base', ['a'])
  process.on('worker', noteWorker)
})
afterAll(async () => {
  process.off('worker', noteWorker)
  await tokenizer.close()
  await simulator.close()
})
afterEach(() => {
  // An ended thread has no number any more.
  expect(workers.map(({ threadId }) => threadId)).toEqual(workers.map(() => -1))
  workers = []
})

type Options = { workers?: number; signal?: AbortSignal; onOutput?: (output: RunOutput) => void }

async function run(over: Partial<RunDefinitionInput>, { workers: most, signal, onOutput }: Options = {}) {
  const outputs: RunOutput[] = []
  const definition = RunDefinition.parse({
    server_url: simulator.url,
    model: 'simulator',
    ignore_eos: true,
    input_len: 8,
    output_len: 4,
    warmup: 0,
    ...over,
  })
  const write = (output: RunOutput) => {
    outputs.push(output)
    onOutput?.(output)
  }
  await executeRun(definition, {
    tokenizer,
    sink: { write, flushed: () => Promise.resolve() },
    signal: signal ?? new AbortController().signal,
    environment: {},
    workers: most,
  })
  const records = outputs.flatMap((output) => (output.type === 'records' ? output.records : []))
  const results = outputs.flatMap((output) => (output.type === 'level_result' ? [output.result] : []))
  return { outputs, records, results, ending: outputs.at(-1) }
}

const Trace = z.object({ prompt_tokens: z.int(), completion_tokens: z.int() })

const sample = (records: readonly RequestRecord[]) =>
  records
    .map((record) => [record.index, record.outcome, record.local_input_tokens, record.output_tokens])
    .sort(([a], [b]) => Number(a) - Number(b))

describe('a run over several load workers', () => {
  const load = {
    concurrency: [510],
    num_prompts: 700,
    input_len: { min: 8, max: 24 },
    output_len: { min: 2, max: 8 },
  }

  it('has the requests and the tokens of one worker alone, as the server counted them', async () => {
    const alone = await run(load, { workers: 1 })
    expect(workers).toHaveLength(1)
    const shared = await run(load, { workers: 3 })
    expect(workers).toHaveLength(4)
    expect(shared.ending).toMatchObject({ type: 'run_complete', outcome: 'completed' })
    expect(sample(shared.records)).toEqual(sample(alone.records))
    expect(shared.records.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 700 }, (_, i) => i),
    )
    const traces = await Promise.all(
      shared.records.map(async ({ request_id }) => {
        const response = await fetch(`${simulator.url}/simulator/trace/${request_id}`)
        const trace = Trace.parse(await response.json())
        return [trace.prompt_tokens, trace.completion_tokens]
      }),
    )
    expect(traces).toEqual(shared.records.map((record) => [record.input_tokens, record.output_tokens]))
  })

  it('begins in all of them at the same instant, on one clock', async () => {
    const { records } = await run(
      { request_rate: { rates: [600], arrival: 'constant' }, num_prompts: 300 },
      { workers: 3 },
    )
    const intended = records.map(({ intended_ms }) => intended_ms ?? Number.NaN).sort((a, b) => a - b)
    const [first = Number.NaN] = intended
    for (const [i, at] of intended.entries())
      expect(Math.abs(at - first - (i * 1000) / 600)).toBeLessThan(0.05)
  })

  it('cancels what is in flight in all of them, and keeps every record', async () => {
    const cancel = new AbortController()
    const onOutput = (output: RunOutput) => {
      if (output.type === 'records') cancel.abort()
    }
    const { records, results, ending } = await run(
      { concurrency: [510], num_prompts: 100_000, output_len: 40 },
      { workers: 3, signal: cancel.signal, onOutput },
    )
    expect(ending).toMatchObject({ type: 'run_complete', outcome: 'cancelled' })
    expect(results[0]?.errors).toEqual({ CANCELLED: 510 })
    expect(records).toHaveLength(results[0]?.total_requests ?? 0)
  })

  it('fails when a worker dies, with what was measured until then', async () => {
    const onOutput = (output: RunOutput) => {
      if (output.type === 'records') void workers[1]?.terminate()
    }
    const { records, results, ending } = await run(
      { concurrency: [510], num_prompts: 100_000, output_len: 40 },
      { workers: 3, onOutput },
    )
    expect(ending).toMatchObject({
      type: 'run_failed',
      error: {
        code: 'internal',
        message: expect.stringMatching(/a load worker of the agent stopped: it ended with status 1/),
      },
    })
    expect(records.some(({ outcome }) => outcome === 'ok')).toBe(true)
    expect(records).toHaveLength(results[0]?.total_requests ?? 0)
    expect(results[0]?.errors).toEqual({ CANCELLED: expect.any(Number) })
  })
})

describe('stages', () => {
  const stages = [
    { concurrency: 4, duration_seconds: 0.4 },
    { concurrency: 12, duration_seconds: 0.4 },
    { request_rate: 60, arrival: 'constant' as const, duration_seconds: 0.4 },
  ]

  it('go over from one to the next without a pause, each with a result of its own', async () => {
    const { outputs, records, results, ending } = await run({ stages, output_len: 20 }, { workers: 2 })
    expect(ending).toMatchObject({ type: 'run_complete', outcome: 'completed' })
    expect(results.map(({ index, total_requests }) => [index, total_requests])).toEqual(
      [0, 1, 2].map((level) => [level, records.filter(({ level_index }) => level_index === level).length]),
    )
    const sent = (level: number) =>
      records.filter(({ level_index }) => level_index === level).map(({ sent_ms }) => sent_ms ?? Number.NaN)
    const [start, second] = [Math.min(...sent(0)), Math.min(...sent(1))]
    expect(second - start).toBeGreaterThanOrEqual(399)
    // Requests of the first stage were still under way when those of the second were sent.
    const firstEnds = records.filter(({ level_index }) => level_index === 0).map((r) => r.stream_end_ms ?? 0)
    expect(firstEnds.filter((end) => end > second)).toHaveLength(4)
    expect(results[2]?.total_requests).toBe(24)
    // The first result does not wait for the end of the run.
    const order = outputs.map((output) =>
      output.type === 'level_result' ? output.result.index : output.type,
    )
    expect(order.indexOf(0)).toBeLessThan(order.lastIndexOf('records'))
  })

  it('tells nothing of stages that a cancelled run never came to', async () => {
    const cancel = new AbortController()
    const onOutput = ({ type }: RunOutput) => {
      if (type === 'progress') cancel.abort()
    }
    const long = [
      { concurrency: 2, duration_seconds: 30 },
      { concurrency: 4, duration_seconds: 30 },
    ]
    const { results, ending } = await run({ stages: long }, { signal: cancel.signal, onOutput })
    expect(ending).toMatchObject({ type: 'run_complete', outcome: 'cancelled' })
    expect(results.map(({ index }) => index)).toEqual([0])
  })
})
