import type { LoadLevel, RunDefinition } from '@llm-loadtest/schema'
import { ClosedLoop } from '../load/closed-loop.ts'
import type { LoadExecutor } from '../load/executor.ts'
import { OpenLoop } from '../load/open-loop.ts'
import { createRandom } from '../random.ts'
import { MAX_AHEAD } from '../tokens/prompt-source.ts'

const MAX_GRACE_S = 30
/** In an open loop a server that falls behind piles up requests; beyond this many, slots are dropped and counted. */
const MAX_IN_FLIGHT = 16_384
const MAX_WARM_OPEN_LOOP = 64
const MIN_PROMPTS_AHEAD = 128

/** The executor of a load level. */
export function levelLoad(run: RunDefinition, level: LoadLevel): LoadExecutor {
  const bound = {
    requests: run.num_prompts ?? null,
    durationMs: run.duration_seconds === undefined ? null : run.duration_seconds * 1000,
    graceMs: Math.min(run.timeout, MAX_GRACE_S) * 1000,
  }
  if (level.kind === 'concurrency') return new ClosedLoop(level.concurrency, bound)
  const { arrival, requestRate, burstiness } = level
  return new OpenLoop(
    { kind: arrival, ratePerSecond: requestRate, shape: burstiness },
    createRandom(run.seed, level.index, 4),
    bound,
    MAX_IN_FLIGHT,
  )
}

/** Connections worth opening before the level starts. */
export function warmConnections(run: RunDefinition, level: LoadLevel): number {
  const most = run.num_prompts ?? Number.POSITIVE_INFINITY
  const wanted =
    level.kind === 'concurrency' ? level.concurrency : Math.min(level.requestRate, MAX_WARM_OPEN_LOOP)
  return Math.ceil(Math.min(wanted, most))
}

/** Prompts to have ready before the level starts; the rest are written while it goes on. */
export function promptsBeforeStart(run: RunDefinition, level: LoadLevel): number {
  const perSecond = level.kind === 'concurrency' ? level.concurrency : level.requestRate
  const reserve = Math.max(MIN_PROMPTS_AHEAD, Math.ceil(perSecond * 2))
  return run.num_prompts === undefined ? reserve : Math.min(run.num_prompts, Math.max(reserve, MAX_AHEAD))
}
