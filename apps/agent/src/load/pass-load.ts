import type { LoadLevel, RunDefinition } from '@llm-loadtest/schema'
import { createRandom } from '../random.ts'
import { dueTimes } from './arrivals.ts'
import { ClosedLoop } from './closed-loop.ts'
import type { LevelBound, LoadExecutor } from './executor.ts'
import type { LoadClock, LoadStage } from './load-stage.ts'
import { OpenLoop } from './open-loop.ts'
import type { Share } from './share.ts'
import { StagedLoad } from './staged-load.ts'

const MAX_GRACE_S = 30
/** On a schedule, a server that falls behind piles up requests; beyond this many, slots are dropped and counted. */
export const MAX_IN_FLIGHT = 16_384
/** From this many in flight for each worker, one more or less on a worker makes no difference. */
const EVEN_ENOUGH = 32
/** Each load worker knows its own part of the in-flight limit only, so it is split only when the parts are large. */
const MIN_LIMIT_SHARE = 64

export type PassOptions = {
  /** When the load begins, on performance.now()'s clock, ms; now when it is not given. */
  startAt?: number
  /** Replay: the timestamps of the trace's requests, ms from its start, in ascending order. */
  timestampsMs?: ArrayLike<number>
  /** Most requests in flight over all workers where the run sets no limit to a schedule. */
  maxInFlight?: number
  /** The time it goes by; the real one when it is not given. */
  clock?: LoadClock
}

function largestDivisor(number: number, most: number): number {
  let divisor = Math.min(number, most)
  while (number % divisor !== 0) divisor--
  return divisor
}

/** How many load workers take part in a pass. */
function workersOf(run: RunDefinition, pass: readonly LoadLevel[], workers: number): number {
  const [level] = pass
  if (run.max_concurrency !== undefined) {
    return Math.max(1, Math.min(workers, Math.floor(run.max_concurrency / MIN_LIMIT_SHARE)))
  }
  if (level?.kind !== 'concurrency' || run.num_prompts === undefined) return workers
  // Each worker has the same number of requests: with the same number in flight they end together.
  if (level.concurrency >= workers * EVEN_ENOUGH) return workers
  return largestDivisor(level.concurrency, workers)
}

/**
 * A worker's share of a pass, for its load and its prompts alike; null when it takes no part, since so little load
 * cannot be split evenly over all workers.
 */
export function passShare(run: RunDefinition, pass: readonly LoadLevel[], share: Share): Share | null {
  const of = workersOf(run, pass, share.of)
  return share.index < of ? { index: share.index, of } : null
}

function* scaled(timestampsMs: ArrayLike<number>, speed: number): Generator<number> {
  for (let i = 0; i < timestampsMs.length; i++) yield (timestampsMs[i] ?? 0) / speed
}

function scheduleOf(
  run: RunDefinition,
  level: Exclude<LoadLevel, { kind: 'concurrency' }>,
  timestampsMs: ArrayLike<number>,
): Iterable<number> {
  if (level.kind === 'replay') return scaled(timestampsMs, level.speed)
  const { arrival, requestRate, burstiness } = level
  const process = { kind: arrival, ratePerSecond: requestRate, shape: burstiness }
  return dueTimes(process, createRandom(run.seed, level.index, 4))
}

function stageOf(
  run: RunDefinition,
  level: LoadLevel,
  share: Share,
  { timestampsMs = [], maxInFlight: most = MAX_IN_FLIGHT }: PassOptions,
): LoadStage {
  const seconds =
    level.kind === 'replay' ? run.duration_seconds : (level.durationSeconds ?? run.duration_seconds)
  const sent =
    level.kind === 'replay'
      ? Math.min(timestampsMs.length, run.num_prompts ?? timestampsMs.length)
      : run.num_prompts
  const bound: LevelBound = {
    requests: seconds === undefined ? (sent ?? null) : null,
    durationMs: seconds === undefined ? null : seconds * 1000,
    coolDown: run.cooldown,
  }
  const levelIndex = level.index
  if (level.kind === 'concurrency') {
    return new ClosedLoop({ levelIndex, concurrency: level.concurrency, bound, share })
  }
  const maxInFlight = run.max_concurrency ?? most
  const dueTimesMs = scheduleOf(run, level, timestampsMs)
  return new OpenLoop({ levelIndex, dueTimesMs, maxInFlight, bound, share })
}

/**
 * The executor of a worker's share of a pass.
 * @param share as passShare gives it
 */
export function createLoad(
  run: RunDefinition,
  pass: readonly LoadLevel[],
  share: Share,
  options: PassOptions = {},
): LoadExecutor {
  const { startAt, clock } = options
  const timed = run.stages !== undefined || run.duration_seconds !== undefined
  const graceMs = (run.grace_seconds ?? Math.min(run.timeout, MAX_GRACE_S)) * 1000
  const stages = pass.map((level) => stageOf(run, level, share, options))
  return new StagedLoad(stages, { graceMs: timed ? graceMs : null, startAt }, clock)
}

/** Requests in flight while a pass is warmed up. */
function warmUpWidth(run: RunDefinition, [level]: readonly LoadLevel[]): number {
  return level?.kind === 'concurrency' ? Math.min(run.warmup, level.concurrency) : run.warmup
}

/** A worker's share of the warm-up before a pass, for its load and its prompts alike; null when it sends none of it. */
export function warmUpShare(
  run: RunDefinition,
  pass: readonly LoadLevel[],
  { index, of }: Share,
): Share | null {
  const workers = Math.min(of, warmUpWidth(run, pass))
  return index < workers ? { index, of: workers } : null
}

/**
 * The executor of a worker's share of the warm-up requests before a pass, which are those of its first level.
 * @param share as warmUpShare gives it
 */
export function createWarmUp(
  run: RunDefinition,
  pass: readonly LoadLevel[],
  share: Share,
  clock?: LoadClock,
): LoadExecutor {
  const concurrency = warmUpWidth(run, pass)
  const bound = { requests: run.warmup, durationMs: null, coolDown: 0 }
  const loop = new ClosedLoop({ levelIndex: pass[0]?.index ?? 0, concurrency, bound, share })
  return new StagedLoad([loop], { graceMs: null }, clock)
}
