import { RunDefinition } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
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
