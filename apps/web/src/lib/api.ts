import { ApiError, createClient, type operations } from '@llm-loadtest/client'
import type {
  AgentView,
  Health,
  RunDefinition,
  RunListItem,
  RunResult,
  RunStatus,
  RunView,
} from '@llm-loadtest/schema'
import { reportReachable } from './connection.ts'

export { ApiError } from '@llm-loadtest/client'

/** The page's own control plane. */
const client = createClient({ baseUrl: '' })

export type HistoryFilters = { status?: RunStatus; model?: string; text?: string }
export type HistoryRuns = { runs: RunListItem[]; total: number; next_cursor: string | null }
type StartBody = operations['startRun']['requestBody']['content']['application/json']

type Answer<T> = Promise<{ data?: T }>

/** Waits for an answer, and notes whether the control plane could be reached at all. */
async function noted<T>(answer: Promise<T>): Promise<T> {
  try {
    const value = await answer
    reportReachable(true)
    return value
  } catch (error) {
    reportReachable(!(error instanceof ApiError) || error.status !== 0)
    throw error
  }
}

async function bodyOf<T>(answer: Answer<T>): Promise<T> {
  const { data } = await noted(answer)
  if (data === undefined) throw new TypeError('The control plane answered without a body')
  return data
}

const one = (run_id: string) => ({ params: { path: { run_id } } })

/** The calls of this page, each typed by the API's own description. */
export const api = {
  health: (): Promise<Health> => bodyOf(client.GET('/api/v1/health')),
  agents: (): Promise<{ agents: AgentView[] }> => bodyOf(client.GET('/api/v1/agents')),
  run: (runId: string): Promise<RunView> => bodyOf(client.GET('/api/v1/benchmark/run/{run_id}', one(runId))),
  result: (runId: string): Promise<RunResult> =>
    bodyOf(client.GET('/api/v1/benchmark/result/{run_id}', one(runId))),
  history: (filters: HistoryFilters, page: { limit: number; cursor?: string }): Promise<HistoryRuns> =>
    bodyOf(client.GET('/api/v1/benchmark/history', { params: { query: { ...filters, ...page } } })),
  startRun: (definition: RunDefinition) => {
    // JSON leaves out what is undefined, which the generated type does not allow.
    const body: StartBody = JSON.parse(JSON.stringify(definition))
    return bodyOf(client.POST('/api/v1/benchmark/run', { body }))
  },
  cancelRun: (runId: string) => bodyOf(client.POST('/api/v1/benchmark/run/{run_id}/cancel', one(runId))),
  deleteRun: async (runId: string): Promise<void> => {
    await noted(client.DELETE('/api/v1/benchmark/run/{run_id}', one(runId)))
  },
}
