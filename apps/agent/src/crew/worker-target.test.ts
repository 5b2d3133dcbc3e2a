import { RunDefinition } from '@llm-loadtest/schema'
import { expect, it, vi } from 'vitest'
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

it('ends a request that still waits for its prompt when it is cancelled, and sends it no more', async () => {
  const run = RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', num_prompts: 3 })
  const level = { kind: 'concurrency' as const, index: 0, concurrency: 3 }
  const neverReady: Workload<ReadyRequest> = {
    prefill: () => Promise.resolve(),
    take: () => null,
    next: () => new Promise(() => undefined),
    ended: () => undefined,
  }
  const reports: WorkerReport[] = []
  const post = (report: WorkerReport) => reports.push(report)
  const load = createLoad(run, [level], WHOLE)
  const batch = new ReportBatch(
    post,
    () => 0,
    () => undefined,
  )
  const watch = new LevelWatch([level], load, post)
  const backend = new OpenAiBackend(run, undefined)
  const parts = { run, requestPrefix: 'r', warmup: false, backend, workload: neverReady, batch, watch }
  const target = new WorkerTarget(parts)
  const sending = target.send({ levelIndex: 0, index: 2, intendedAt: null, coolDown: false })
  target.cancelInFlight()
  await sending
  batch.finish()
  watch.finish()
  await backend.close()

  expect(reports).toMatchObject([
    {
      kind: 'progress',
      sent: 1,
      ended: [{ requestId: 'r-0-2', index: 2, exchange: { outcome: 'CANCELLED', sentAt: Number.NaN } }],
    },
    { kind: 'level_over', levelIndex: 0, sent: 1 },
  ])
})

it('tells how much of its time a closed loop waited for prompts that are written too slowly', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'performance'] })
  const run = RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', num_prompts: 4 })
  const level = { kind: 'concurrency' as const, index: 0, concurrency: 2 }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const request = { input: { prompt: 'p' }, maxTokens: 1, body: Buffer.alloc(0), usageMode: 'none' as const }
  const ready: ReadyRequest = { item: { input: request.input, tokens: 1, maxTokens: 1 }, request }
  const slow: Workload<ReadyRequest> = {
    prefill: () => Promise.resolve(),
    take: () => null,
    next: () => wait(60).then(() => ready),
    ended: () => undefined,
  }
  const backend: Backend = {
    meter: { outputTokens: 0 },
    prepare: () => request,
    warm: () => Promise.resolve(),
    send: () => wait(40).then(() => newExchange()),
    sealExchanges: () => undefined,
    cancelInFlight: () => undefined,
    close: () => Promise.resolve(),
  }
  const reports: WorkerReport[] = []
  const post = (report: WorkerReport) => reports.push(report)
  const batch = new ReportBatch(
    post,
    () => 0,
    () => undefined,
  )
  const load = createLoad(run, [level], WHOLE)
  const watch = new LevelWatch([level], load, post)
  const parts = { run, requestPrefix: 'r', warmup: false, backend, workload: slow, batch, watch }
  const running = load.run(new WorkerTarget(parts), new AbortController().signal)
  await vi.advanceTimersByTimeAsync(1000)
  await running
  watch.finish()
  batch.finish()
  vi.useRealTimers()

  expect(reports.find(({ kind }) => kind === 'level_over')).toMatchObject({
    sent: 4,
    evidence: { prompt_wait_percent: expect.closeTo(60, 6) },
  })
})
