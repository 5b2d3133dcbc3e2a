import type { ResultCache } from './result-cache.ts'

/** Deletion reaches one data centre's cache: elsewhere a deleted run's result ends with its age. */
const MAX_AGE_SECONDS = 300

/** Only a name: nothing answers there. The route that asks has checked who may read. */
const key = (runId: string) => `https://result-cache.invalid/${runId}`

/** Results in the Cache API, 5 minutes each. */
export const edgeCache: ResultCache = {
  async get(runId) {
    const hit = await caches.default.match(key(runId))
    return hit ? hit.text() : null
  },
  async put(runId, result) {
    const headers = { 'Cache-Control': `max-age=${MAX_AGE_SECONDS}` }
    await caches.default.put(key(runId), new Response(result, { headers }))
  },
  async delete(runId) {
    await caches.default.delete(key(runId))
  },
}
