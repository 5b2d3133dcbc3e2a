import {
  AgentList,
  CancelAccepted,
  Health,
  HistoryPage,
  Problem,
  RunAccepted,
  type RunDefinitionInput,
  RunResult,
  type RunStatus,
  RunView,
} from '@llm-loadtest/schema'
import type { z } from 'zod'
import { reportReachable } from './connection.ts'

/** A refusal of the control plane, with its safe message. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly requestId: string | null
  readonly details: readonly { path: string; message: string }[]

  constructor(status: number, problem: Problem['error'] | null) {
    super(problem?.message ?? `HTTP ${status}`)
    this.status = status
    this.requestId = problem?.request_id ?? null
    this.details = problem?.details ?? []
  }
}

async function call<T>(schema: z.ZodType<T>, path: string, init?: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, init)
  } catch (error) {
    reportReachable(false)
    throw error
  }
  reportReachable(true)
  if (response.ok) return schema.parse(await response.json())
  const problem = Problem.safeParse(await response.json().catch(() => null))
  throw new ApiError(response.status, problem.success ? problem.data.error : null)
}

const jsonPost = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export type HistoryFilters = { status?: RunStatus; model?: string; text?: string }

export const api = {
  health: () => call(Health, '/health'),
  agents: () => call(AgentList, '/agents'),
  run: (runId: string) => call(RunView, `/benchmark/run/${runId}`),
  result: (runId: string) => call(RunResult, `/benchmark/result/${runId}`),
  history: (filters: HistoryFilters, page: { limit: number; cursor?: string }) => {
    const search = new URLSearchParams({ ...filters, ...page, limit: String(page.limit) })
    return call(HistoryPage, `/benchmark/history?${search}`)
  },
  startRun: (definition: RunDefinitionInput) => call(RunAccepted, '/benchmark/run', jsonPost(definition)),
  cancelRun: (runId: string) => call(CancelAccepted, `/benchmark/run/${runId}/cancel`, { method: 'POST' }),
}
