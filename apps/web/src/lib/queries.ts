import { query, revalidate } from '@solidjs/router'
import { api, type HistoryFilters } from './api.ts'

export const HISTORY_PAGE = 25
const RECENT_RUNS = 10

export const healthQuery = query(() => api.health(), 'health')
export const agentsQuery = query(() => api.agents(), 'agents')
export const recentRuns = () => api.history({}, { limit: RECENT_RUNS })
export const recentRunsQuery = query(recentRuns, 'recent-runs')
export const runQuery = query((runId: string) => api.run(runId), 'run')
export const resultQuery = query((runId: string) => api.result(runId), 'result')
export const historyQuery = query(
  (filters: HistoryFilters) => api.history(filters, { limit: HISTORY_PAGE }),
  'history',
)

/**
 * Fetches anew and puts the answer in the cache. What is shown stays until the answer is there, and stays when none
 * comes: the header then says that the connection is lost.
 */
export async function refresh(key: string, load: () => Promise<object>): Promise<void> {
  try {
    query.set(key, await load())
    await revalidate(key, false)
  } catch (error) {
    console.debug(`Refreshing ${key} failed; it is tried again`, error)
  }
}
