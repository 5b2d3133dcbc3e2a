import type { LoadLevel, RequestRecord, RunView } from '@llm-loadtest/schema'
import { takenUpMs } from '@llm-loadtest/schema/metrics'

/** What an export in another tool's shape says of the run and the one load level it is of. */
export type ExportedLevel = { run: RunView; level: LoadLevel }

/** A measured request that succeeded: other tools' figures are of these. */
export type MeasuredRequest = {
  record: RequestRecord
  /** When its clock starts, ms since the run's start: vLLM and AIPerf read it before they open a connection. */
  startMs: number
  /** To the last content, ms. */
  latencyMs: number
  /** Whether its content came as a stream. */
  streamed: boolean
}

/** Warm-up and cool-down requests are in no figure. */
export const isMeasured = ({ warmup, cooldown }: RequestRecord): boolean => !warmup && !cooldown

/** The request if it succeeded, with the times other tools count from; null when it failed. */
export function measuredRequest(record: RequestRecord): MeasuredRequest | null {
  const startMs = takenUpMs(record)
  if (record.outcome !== 'ok' || startMs === null || record.last_token_ms === null) return null
  return {
    record,
    startMs,
    latencyMs: record.last_token_ms - startMs,
    streamed: record.first_token_ms !== null,
  }
}

/** The times of a request's content events, ms since the run's start. */
export function contentTimes({ sent_ms, event_ms }: RequestRecord): number[] {
  return sent_ms === null ? [] : event_ms.map((after) => sent_ms + after)
}

/** A total of which a part that is not known makes the whole unknown. */
export const plus = (total: number | null, part: number | null): number | null =>
  total === null || part === null ? null : total + part
