import type { Health } from '@llm-loadtest/schema'
import { readSettings, type Settings, type WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import { edgeCache } from './edge-cache.ts'
import { redisAnswers, redisCache } from './redis-cache.ts'

/** Keeps the results of ended runs, as JSON text. It may forget any of them; it never fails: then there is no entry. */
export interface ResultCache {
  get(runId: string): Promise<string | null>
  put(runId: string, result: string): Promise<void>
  /** After this no `get` gives the result, on this cache's reach: see the implementations. */
  delete(runId: string): Promise<void>
}

/** A larger result is read from the database each time. */
const MAX_CHARACTERS = 4 * 1024 * 1024

function neverFailing(cache: ResultCache): ResultCache {
  const orElse = async <T>(work: Promise<T>, otherwise: T, runId: string): Promise<T> => {
    try {
      return await work
    } catch (error) {
      logError('the result cache failed', error, { run_id: runId })
      return otherwise
    }
  }
  return {
    get: (runId) => orElse(cache.get(runId), null, runId),
    put: (runId, result) =>
      result.length > MAX_CHARACTERS ? Promise.resolve() : orElse(cache.put(runId, result), undefined, runId),
    delete: (runId) => orElse(cache.delete(runId), undefined, runId),
  }
}

/** What health says of the cache; null when the settings cannot be read. */
export async function cacheState(env: WorkerEnv): Promise<Health['cache']> {
  try {
    if (readSettings(env).redisUrl === undefined) return 'edge'
  } catch {
    // Health tells of the settings itself.
    return null
  }
  return (await redisAnswers(env)) ? 'redis' : 'redis_unavailable'
}

/** The cache of this deployment: Redis where REDIS_URL is set, the platform's Cache API otherwise. */
export function resultCache(env: WorkerEnv, settings: Settings): ResultCache {
  return neverFailing(settings.redisUrl === undefined ? edgeCache : redisCache(env))
}
