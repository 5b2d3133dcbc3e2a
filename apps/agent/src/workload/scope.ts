import { type Share, shareOf } from '../load/share.ts'

/** Which requests of a run a workload is for. */
export type WorkloadScope = {
  /** Index of the level. */
  level: number
  levelCount: number
  part: 'warmup' | 'measure'
  /** Requests over all workers; null when there is no limit. */
  count: number | null
  share: Share
}

/** How many requests of a scope are this worker's. */
export const ownCount = ({ count, share }: WorkloadScope): number =>
  count === null ? Number.POSITIVE_INFINITY : shareOf(count, share)

/** Number in its level of this worker's n-th request. */
export const requestIndex = ({ share }: WorkloadScope, n: number): number => share.index + n * share.of
