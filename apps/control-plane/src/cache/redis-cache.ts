import type { WorkerEnv } from '../env.ts'
import { redisLink } from '../objects/stubs.ts'
import type { ResultCache } from './result-cache.ts'

const TTL_SECONDS = 24 * 60 * 60
/** Past this an answer comes sooner from the database. */
const PATIENCE_MS = 250

const key = (runId: string) => `result:${runId}`

function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), PATIENCE_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Whether Redis answers in time. */
export function redisAnswers(env: WorkerEnv): Promise<boolean> {
  return within(redisLink(env).answers(), false)
}

/** Results in Redis, 24 hours each, through the object that holds the connection. */
export function redisCache(env: WorkerEnv): ResultCache {
  const link = redisLink(env)
  return {
    get: (runId) => within(link.read(key(runId)), null),
    put: (runId, result) => within(link.write(key(runId), result, TTL_SECONDS), undefined),
    // Not cut short: what cannot be deleted now is noted, and deleted later.
    delete: (runId) => link.erase(key(runId)),
  }
}
