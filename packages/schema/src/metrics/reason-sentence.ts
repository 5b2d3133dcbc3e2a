import type { ReasonCode, StoredReason } from '../validity.ts'

/** The English sentence of each reason, from its figure and the limit it passed. */
export const REASON_SENTENCES: Record<ReasonCode, (value: string, limit: string) => string> = {
  schedule_lag: (value, limit) =>
    `Send-schedule lag p99 was ${value} ms, more than ${limit} ms: the load generator was late with its sends.`,
  event_loop_delay: (value, limit) =>
    `Event-loop delay p99 was ${value} ms, more than ${limit} ms: the load generator could not run when it had to.`,
  event_loop_stall: (value, limit) =>
    `The load generator stood still for ${value} ms at a time, more than ${limit} ms.`,
  agent_cpu: (value, limit) =>
    `Agent CPU use was ${value} % of a core, more than ${limit} %: the load generator was too busy.`,
  cpu_wait: (value, limit) =>
    `The load generator waited for a free core ${value} % of the time, more than ${limit} %: others took the CPU.`,
  gc_pause: (value, limit) =>
    `The longest garbage collection took ${value} ms, more than ${limit} ms: nothing was sent or read meanwhile.`,
  read_backlog: (value, limit) =>
    `Reading what had arrived took up to ${value} ms at a time (p99), more than ${limit} ms: data waited that long.`,
  prompt_wait: (value, limit) =>
    `Requests waited for their prompt ${value} % of their time, more than ${limit} %: prompts were written too slowly.`,
  achieved_rate: (value, limit) =>
    `Only ${value} % of the offered request rate was sent, less than ${limit} %.`,
  dropped: (value) => `Requests dropped: ${value}. The most allowed were in flight when they were due.`,
  nothing_measured: (value, limit) =>
    `Requests measured: ${value}, fewer than ${limit}. The level was over before anything was sent.`,
}

/** Reasons whose figure is a number of requests. */
const COUNTED: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['dropped', 'nothing_measured'])

/** Whether the figure of a reason is a number of requests, which has no fraction. */
export const isCount = (code: ReasonCode): boolean => COUNTED.has(code)

/** A reason of a verdict as an English sentence. */
export function reasonSentence(reason: StoredReason): string {
  if (typeof reason === 'string') return reason
  const { code, value, limit } = reason
  return REASON_SENTENCES[code](isCount(code) ? String(value) : value.toFixed(1), String(limit))
}
