import type { RunStatus } from '@llm-loadtest/schema'

/** The legal transitions of a run. A rejected run goes back to pending; an ended one goes nowhere. */
const TRANSITIONS: Record<RunStatus, readonly RunStatus[]> = {
  pending: ['running', 'failed', 'cancelled'],
  running: ['pending', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
}

export type EndStatus = Extract<RunStatus, 'completed' | 'failed' | 'cancelled'>

/** Whether a run in this status has ended for good. */
export function hasEnded(status: RunStatus): status is EndStatus {
  return TRANSITIONS[status].length === 0
}

/** The statuses a run may be in before it becomes `target`: the guard of every status update. */
export function sourcesOf(target: RunStatus): RunStatus[] {
  const sources: RunStatus[] = []
  for (const status of ['pending', 'running', 'completed', 'failed', 'cancelled'] as const) {
    if (TRANSITIONS[status].includes(target)) sources.push(status)
  }
  return sources
}
