import type { RunView } from '@llm-loadtest/schema'
import type { RunRow } from './runs.ts'

/** Unix milliseconds as an ISO instant; null stays null. */
export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** What a run's row and the view of it have in common. */
export function runHead(row: Omit<RunRow, 'config'>): Omit<RunView, 'config'> {
  return {
    run_id: row.run_id,
    name: row.name,
    tags: row.tags,
    status: row.status,
    cancel_requested: row.cancel_requested,
    server_url: row.server_url,
    model: row.model,
    adapter: row.adapter,
    agent_id: row.agent_id,
    created_at: new Date(row.created_at).toISOString(),
    started_at: instant(row.started_at),
    completed_at: instant(row.completed_at),
    duration_seconds: row.duration_seconds,
    error: row.error,
  }
}

/** A run's row as clients see it. */
export function runView(row: RunRow): RunView {
  return { ...runHead(row), config: row.config }
}
