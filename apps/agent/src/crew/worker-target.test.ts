import { RunDefinition } from '@llm-loadtest/schema'
import { afterEach, expect, it, vi } from 'vitest'
import type { Backend } from '../backends/backend.ts'
import { newExchange } from '../backends/openai/exchange-state.ts'
import { OpenAiBackend } from '../backends/openai/openai-backend.ts'
import { createLoad } from '../load/pass-load.ts'
import { WHOLE } from '../load/share.ts'
import type { Workload } from '../workload/workload.ts'
import { LevelWatch } from './level-watch.ts'
import type { WorkerReport } from './messages.ts'
import { ReportBatch } from './report-batch.ts'
import { type ReadyRequest, WorkerTarget } from './worker-target.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Nothing listens there. */
const run = RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', num_prompts: 4 })
const request = { input: { prompt: 'p' }, maxTokens: 1, body: Buffer.alloc(0), usageMode: 'none' as const }
const ready: ReadyRequest = { item: { input: request.input, tokens: 1, maxTokens: 1 }, request }
const slot = { levelIndex: 0, index: 2, intendedAt: null, coolDown: false }

function workloadOf(next: () => Promise<ReadyRequest>): Workload<ReadyRequest> {
  return { prefill: () => Promise.resolve(), take: () => null, next, ended: () => undefined }
}

/** A target whose level has two requests in flight, and what it reports. */
function targetOf(backend: Backend, workload: Workload<ReadyRequest>) {
  const level = { kind: 'concurrency' as const, index: 0, concurrency: 2 }
  const reports: WorkerReport[] = []
  const post = (report: WorkerReport) => reports.push(report)
  const load = createLoad(run, [level], WHOLE)
  const batch = new ReportBatch(
    post,
    () => 0,
    () => undefined,
  )
  const watch = new LevelWatch([level], load, post)
  const target = new WorkerTarget({ run, requestPrefix: 'r', warmup: false, backend, workload, batch, watch })
  const finish = async () => {
    batch.finish()
    watch.finish()
    await backend.close()
  }
  return { target, load, reports, finish }
}

it('ends a request that still waits for its prompt when it is cancelled, and sends it no more', async () => {
  const neverReady = workloadOf(() => new Promise(() => undefined))
  const { target, reports, finish } = targetOf(new OpenAiBackend(run, undefined), neverReady)
  const sending = target.send(slot)
  target.cancelInFlight()
  expect(await sending).toBe('reached')
  await finish()

  expect(reports).toMatchObject([
    {
      kind: 'progress',
      sent: 1,
      ended: [{ requestId: 'r-0-2', index: 2, exchange: { outcome: 'CANCELLED', sentAt: Number.NaN } }],
    },
    { kind: 'level_over', levelIndex: 0, sent: 1 },
  ])
})

it('tells the load of a request that found no connection', async () => {
  const { target, finish } = targetOf(
    new OpenAiBackend(run, undefined),
    workloadOf(() => Promise.resolve(ready)),
  )
  expect(await target.send(slot)).toBe('unreachable')
  await finish()
})

it('tells how much of its time a closed loop waited for prompts that are written too slowly', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'performance'] })
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const backend: Backend = {
    meter: { outputTokens: 0 },
    prepare: () => request,
    warm: () => Promise.resolve(),
    send: () => wait(40).then(() => newExchange()),
    sealExchanges: () => undefined,
    cancelInFlight: () => undefined,
    close: () => Promise.resolve(),
  }
  const { target, load, reports, finish } = targetOf(
    backend,
    workloadOf(() => wait(60).then(() => ready)),
  )
  const running = load.run(target, new AbortController().signal)
  await vi.advanceTimersByTimeAsync(1000)
  await running
  await finish()

  expect(reports.find(({ kind }) => kind === 'level_over')).toMatchObject({
    sent: 4,
    evidence: { prompt_wait_percent: expect.closeTo(60, 6) },
  })
})
