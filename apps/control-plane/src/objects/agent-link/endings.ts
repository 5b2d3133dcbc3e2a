import type { RunError, RunEvent } from '@llm-loadtest/schema'
import type { Ending } from '../../db/run-events.ts'
import type { RunRow } from '../../db/runs.ts'

export type TerminalEvent = Extract<RunEvent, { type: 'run_complete' | 'run_failed' }>

export function isTerminal(event: RunEvent): event is TerminalEvent {
  return event.type === 'run_complete' || event.type === 'run_failed'
}

function endingNow(run: RunRow, outcome: Pick<Ending, 'status' | 'error' | 'seq'>): Ending {
  const completedAtMs = Date.now()
  const durationSeconds = run.started_at === null ? null : (completedAtMs - run.started_at) / 1000
  return { ...outcome, startedAtMs: run.started_at, completedAtMs, durationSeconds }
}

/** A run that ends here, without a word from its agent: failed for `error`, or cancelled if that was asked for. */
export function endingWithoutAgent(run: RunRow, error: RunError): Ending {
  return run.cancel_requested ? cancelledNow(run) : endingNow(run, { status: 'failed', error, seq: null })
}

export function cancelledNow(run: RunRow): Ending {
  return endingNow(run, { status: 'cancelled', error: null, seq: null })
}

/** How a run ends that cannot even be read: failed, its start unknown. */
export function endingUnread(completedAtMs: number): Ending {
  const message = 'What is stored of this run cannot be read; the log of the control plane says why.'
  const error = { code: 'internal' as const, message }
  return { status: 'failed', error, startedAtMs: null, completedAtMs, durationSeconds: null, seq: null }
}

/** How a run ends by its agent's last event. */
export function endingByAgent(run: RunRow, event: TerminalEvent): Ending {
  if (event.type === 'run_failed') {
    return { ...endingWithoutAgent(run, event.error), seq: event.seq }
  }
  return {
    status: event.outcome,
    error: null,
    startedAtMs: Date.parse(event.started_at),
    completedAtMs: Date.parse(event.completed_at),
    durationSeconds: event.duration_seconds,
    seq: event.seq,
  }
}
