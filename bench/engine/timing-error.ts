import { distribution } from '@llm-loadtest/schema/metrics'
import type { Truth } from '../truth-server/truth.ts'
import type { Recording } from './recording.ts'

/** Absolute errors, ms. */
export type TimingError = { p50: number; p99: number }

function errorOf(samples: number[]): TimingError | null {
  const all = distribution(samples)
  return all && { p50: all.p50, p99: all.p99 }
}

/** Which requests are measured, by number: from the first to before the last. Their ids are their numbers. */
export type Measured = { from: number; to: number }

/**
 * How late the server was with its own tokens, ms, counted from its most punctual one: what it sent in a burst because it
 * fell behind is harder to time than what it was asked to send.
 */
export function serverLateness(
  truths: ReadonlyMap<string, Truth>,
  { from, to }: Measured,
  itlMs: number,
): TimingError | null {
  const late: number[] = []
  for (let index = from; index < to; index++) {
    const sentAt = truths.get(String(index))?.sentAt ?? new Float64Array(0)
    const offsets = sentAt.map((at, token) => at - token * itlMs)
    const punctual = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY)
    for (const offset of offsets) late.push(offset - punctual)
  }
  return errorOf(late)
}

/**
 * How far a client's figures are from the server's. TTFT: the client's (first token - sent) against the server's
 * (first token sent - request received). ITL: each gap between two tokens against the gap between their sends.
 * Throws when a request has not as many tokens as the server sent: then there is nothing to compare.
 */
export function timingErrors(
  recording: Recording,
  { from, to }: Measured,
  truths: ReadonlyMap<string, Truth>,
): { ttft: TimingError | null; itl: TimingError | null } {
  const ttft: number[] = []
  const itl: number[] = []
  for (let index = from; index < to; index++) {
    const truth = truths.get(String(index))
    const events = recording.events(index)
    if (!truth || truth.sentAt.length !== recording.tokens || events.length !== recording.tokens) {
      throw new Error(`request ${index}: ${events.length} tokens seen, ${truth?.sentAt.length ?? 0} sent`)
    }
    const at = (times: Float64Array, token: number) => times[token] ?? Number.NaN
    const seen = at(events, 0) - at(recording.sentAt, index)
    ttft.push(Math.abs(seen - (at(truth.sentAt, 0) - truth.receivedAt)))
    for (let token = 1; token < recording.tokens; token++) {
      const gap = at(events, token) - at(events, token - 1)
      itl.push(Math.abs(gap - (at(truth.sentAt, token) - at(truth.sentAt, token - 1))))
    }
  }
  return { ttft: errorOf(ttft), itl: errorOf(itl) }
}
