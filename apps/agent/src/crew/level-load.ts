import type { LoadLevel, RunDefinition } from '@llm-loadtest/schema'
import { type Share, shareOf } from '../load/share.ts'
import { MAX_AHEAD } from '../workload/ahead-queue.ts'

const MAX_WARM_CONNECTIONS = 64
const MIN_PROMPTS_AHEAD = 128
/** A trace says nothing of its rate before it is played. */
const REPLAY_PER_SECOND = 64

/** Requests a second, or in flight, that a level is expected to need at most. */
function expectedLoad(level: LoadLevel): number {
  switch (level.kind) {
    case 'concurrency':
      return level.concurrency
    case 'request_rate':
      return level.requestRate
    case 'replay':
      return REPLAY_PER_SECOND
    default:
      return level satisfies never
  }
}

/** Connections worth opening before a worker's share of a pass starts. */
export function warmConnections(run: RunDefinition, pass: readonly LoadLevel[], share: Share): number {
  const most = Math.min(
    run.num_prompts ?? Number.POSITIVE_INFINITY,
    run.max_concurrency ?? Number.POSITIVE_INFINITY,
  )
  const wanted = pass.map((level) =>
    level.kind === 'concurrency' ? level.concurrency : Math.min(expectedLoad(level), MAX_WARM_CONNECTIONS),
  )
  return shareOf(Math.ceil(Math.min(Math.max(...wanted), most)), share)
}

/** Prompts a worker has ready before its share of a pass starts; the rest are written while it goes on. */
export function promptsBeforeStart(run: RunDefinition, pass: readonly LoadLevel[], share: Share): number {
  const perSecond = shareOf(Math.ceil(Math.max(...pass.map(expectedLoad))), share)
  const reserve = Math.max(MIN_PROMPTS_AHEAD, perSecond * 2)
  if (run.num_prompts === undefined) return reserve
  return Math.min(shareOf(run.num_prompts, share), Math.max(reserve, MAX_AHEAD))
}
