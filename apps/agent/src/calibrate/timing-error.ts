import type { RequestRecord } from '@llm-loadtest/schema'
import { distribution, ttftMs } from '@llm-loadtest/schema/metrics'
import { ITL_MS, type Truth } from './truth-server.ts'

/** 99th percentiles over one level, ms; null where there was nothing to compare. */
export type TimingError = {
  ttftP99Ms: number | null
  itlP99Ms: number | null
  /** How late the server itself was with its tokens: what comes in bursts is harder to time. */
  serverLatenessP99Ms: number | null
}

const at = (times: ArrayLike<number>, index: number): number => times[index] ?? Number.NaN

/** |gap seen − gap sent| of each two successive tokens. */
function gapErrors({ event_ms: seen }: RequestRecord, { sentAt }: Truth): number[] {
  return seen.slice(1).map((ms, i) => Math.abs(ms - at(seen, i) - (at(sentAt, i + 1) - at(sentAt, i))))
}

const lateness = ({ sentAt, firstDueAt }: Truth): number[] =>
  Array.from(sentAt, (sent, token) => sent - (firstDueAt + token * ITL_MS))

/**
 * How far the agent's figures are from what the server did. Both are differences of times on one clock each, so the clocks
 * need not be aligned. TTFT: the agent's (sent to first token) against the server's (request received to first token sent).
 * Throws when the server knows nothing of a request, or sent another number of tokens: then nothing can be compared.
 */
export function timingError(
  requests: readonly RequestRecord[],
  truths: ReadonlyMap<string, Truth>,
): TimingError {
  const ttft: number[] = []
  const itl: number[] = []
  const late: number[] = []
  for (const record of requests) {
    const truth = truths.get(record.request_id)
    if (truth?.sentAt.length !== record.event_ms.length) {
      const sent = truth?.sentAt.length ?? 0
      throw new Error(`${record.request_id}: ${record.event_ms.length} tokens seen, ${sent} sent`)
    }
    ttft.push(Math.abs((ttftMs(record) ?? Number.NaN) - (at(truth.sentAt, 0) - truth.receivedAt)))
    for (const error of gapErrors(record, truth)) itl.push(error)
    for (const ms of lateness(truth)) late.push(ms)
  }
  const p99 = (samples: number[]) => distribution(samples)?.p99 ?? null
  return { ttftP99Ms: p99(ttft), itlP99Ms: p99(itl), serverLatenessP99Ms: p99(late) }
}
