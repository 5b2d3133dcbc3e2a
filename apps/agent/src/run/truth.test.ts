import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RequestTrace } from '@llm-loadtest/llm-simulator'
import { type RequestRecord, RunDefinition } from '@llm-loadtest/schema'
import { ChunkGaps, percentile, ttftMs } from '@llm-loadtest/schema/metrics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runStandalone } from './standalone.ts'

const SIMULATOR = fileURLToPath(import.meta.resolve('@llm-loadtest/llm-simulator')).replace(
  'src/index.ts',
  'bin/llm-simulator.js',
)
const REQUESTS = 240

const Trace = z.object({
  received_at: z.number(),
  token_times_ms: z.array(z.number()),
  tokens_per_event: z.array(z.int()),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  reasoning_tokens: z.int(),
}) satisfies z.ZodType<Partial<RequestTrace>>
type Trace = z.infer<typeof Trace>

let simulator: ChildProcess
let url: string
// A process of its own: sharing this one's event loop would hide the agent's delays, or add the simulator's to them.
beforeAll(async () => {
  simulator = spawn(process.execPath, [SIMULATOR, '--port', '0', '--trace'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!simulator.stdout) throw new Error('the simulator has no output')
  const [line] = await once(createInterface(simulator.stdout), 'line')
  url = /http:\/\/\S+/.exec(String(line))?.[0] ?? ''
})
afterAll(async () => {
  const exited = once(simulator, 'exit')
  simulator.kill()
  await exited
})

const median = (values: readonly number[]) => percentile(Float64Array.from(values).sort(), 50)
const traceOf = async ({ request_id }: RequestRecord): Promise<Trace> =>
  Trace.parse(await (await fetch(`${url}/simulator/trace/${request_id}`)).json())

async function measure(fault: string): Promise<{ record: RequestRecord; trace: Trace }[]> {
  const definition = RunDefinition.parse({
    server_url: url,
    model: 'simulator',
    concurrency: [8],
    num_prompts: REQUESTS,
    input_len: { mean: 60, std: 20, min: 10, max: 120 },
    output_len: 20,
    headers: { 'x-simulator-fault': fault },
  })
  const records: RequestRecord[] = []
  const result = await runStandalone(definition, { onRecords: (batch) => records.push(...batch) })
  expect(result.status).toBe('completed')
  const measured = records.filter((record) => !record.warmup)
  expect(measured.map(({ outcome }) => outcome)).toEqual(new Array(REQUESTS).fill('ok'))
  return Promise.all(measured.map(async (record) => ({ record, trace: await traceOf(record) })))
}

describe.each([
  'none',
  'multi-token',
  'reasoning',
])('against the simulator’s truth, response shape %s', (fault) => {
  it(`${REQUESTS} streamed requests`, { timeout: 60_000 }, async () => {
    const pairs = await measure(fault)
    const theirs = pairs.map(({ trace }) => ({
      input: trace.prompt_tokens,
      output: trace.completion_tokens,
      reasoning: trace.reasoning_tokens,
      perEvent: trace.tokens_per_event,
    }))
    const ours = pairs.map(({ record }) => ({
      input: record.input_tokens,
      output: record.output_tokens,
      reasoning: record.reasoning_tokens ?? 0,
      perEvent: record.event_tokens,
    }))
    expect(ours).toEqual(theirs)
    expect(pairs.every(({ record }) => record.local_input_tokens === record.input_tokens)).toBe(true)

    const late = pairs.map(({ record, trace }) => {
      return (ttftMs(record) ?? Number.NaN) - ((trace.token_times_ms[0] ?? Number.NaN) - trace.received_at)
    })
    // A busy machine delays many requests; a wrong time would be wrong in those that it left alone, too.
    const undisturbed = percentile(Float64Array.from(late).sort(), 10)
    expect(undisturbed).toBeGreaterThan(-0.1)
    expect(undisturbed).toBeLessThan(2)
    const gaps = pairs.flatMap(({ record }) => gapsPerToken(record))
    const trueGaps = pairs.flatMap(({ trace }) => eventGaps(trace))
    expect(Math.abs(median(gaps) - median(trueGaps))).toBeLessThan(2)
  })
})

function gapsPerToken(record: RequestRecord): number[] {
  const gaps: number[] = []
  for (const gap = new ChunkGaps(record); gap.next(); ) gaps.push(gap.ms / gap.tokens)
  return gaps
}

/** Time between a request's events, divided by the tokens the later one carried. */
function eventGaps({ token_times_ms, tokens_per_event }: Trace): number[] {
  const gaps: number[] = []
  let token = 0
  for (const [index, tokens] of tokens_per_event.entries()) {
    const [before, at] = [token_times_ms[token - 1], token_times_ms[token]]
    if (index > 0 && before !== undefined && at !== undefined) gaps.push((at - before) / tokens)
    token += tokens
  }
  return gaps
}
