import type { Distribution } from '../level-result.ts'
import type { LevelEvidence, ReasonCode, Validity, ValidityReason, Verdict } from '../validity.ts'

/** Figures over the first limit make a measurement suspect, over the second invalid. */
const LIMITS = {
  schedule_lag: [5, 50],
  event_loop_delay: [10, 50],
  event_loop_stall: [250, Number.POSITIVE_INFINITY],
  agent_cpu: [85, 98],
  cpu_wait: [20, 50],
  gc_pause: [50, Number.POSITIVE_INFINITY],
  read_backlog: [10, 50],
  prompt_wait: [5, 25],
  dropped: [0, Number.POSITIVE_INFINITY],
} as const satisfies Partial<Record<ReasonCode, readonly [number, number]>>
/** Less of the offered rate than this makes a measurement suspect. */
const MIN_ACHIEVED_RATE_PERCENT = 95
/** The p99 of fewer turns is their longest, and that is the one that had the code compiled. */
const MIN_READ_TURNS = 100
const MIN_REQUESTS = 1

const WORSE: Record<Verdict, number> = { valid: 0, suspect: 1, invalid: 2 }

/** The worst of several verdicts; `valid` when there are none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((worst, next) => (WORSE[next] > WORSE[worst] ? next : worst), 'valid')
}

function overLimit(code: keyof typeof LIMITS, value: number | null | undefined): ValidityReason[] {
  const [suspect, invalid] = LIMITS[code]
  if (value === null || value === undefined || value <= suspect) return []
  return value > invalid
    ? [{ code, verdict: 'invalid', value, limit: invalid }]
    : [{ code, verdict: 'suspect', value, limit: suspect }]
}

function belowRate(ratio: number | null): ValidityReason[] {
  const value = (ratio ?? 1) * 100
  if (value >= MIN_ACHIEVED_RATE_PERCENT) return []
  return [{ code: 'achieved_rate', verdict: 'suspect', value, limit: MIN_ACHIEVED_RATE_PERCENT }]
}

/** Figures that are not there must not pass for sound ones. */
function nothingMeasured(requests: number): ValidityReason[] {
  if (requests >= MIN_REQUESTS) return []
  return [{ code: 'nothing_measured', verdict: 'suspect', value: requests, limit: MIN_REQUESTS }]
}

/** Judges whether the load generator, rather than the server, shaped a level's figures. */
export function judgeLevel(observed: {
  evidence: LevelEvidence
  /** How late the agent took requests up; opening their connections is not its doing. */
  agentLag: Distribution | null
  achievedRateRatio: number | null
  dropped: number
  /** Requests of the level, warm-up and cool-down left out. */
  requests: number
}): Validity {
  const { evidence, agentLag, achievedRateRatio, dropped, requests } = observed
  const enoughTurns = (evidence.read_turns ?? 0) >= MIN_READ_TURNS
  const reasons = [
    ...overLimit('schedule_lag', agentLag?.p99),
    ...overLimit('event_loop_delay', evidence.event_loop_delay_p99_ms),
    ...overLimit('event_loop_stall', evidence.event_loop_delay_max_ms),
    ...overLimit('agent_cpu', evidence.agent_cpu_percent),
    ...overLimit('cpu_wait', evidence.cpu_wait_percent),
    ...overLimit('gc_pause', evidence.gc_longest_ms),
    ...overLimit('read_backlog', enoughTurns ? evidence.read_backlog_p99_ms : null),
    ...overLimit('prompt_wait', evidence.prompt_wait_percent),
    ...belowRate(achievedRateRatio),
    ...overLimit('dropped', dropped),
    ...nothingMeasured(requests),
  ]
  return {
    verdict: worstVerdict(reasons.map((reason) => reason.verdict)),
    reasons,
    evidence: {
      ...evidence,
      schedule_lag_p50_ms: agentLag?.p50 ?? null,
      schedule_lag_p99_ms: agentLag?.p99 ?? null,
      achieved_rate_ratio: achievedRateRatio,
      dropped_requests: dropped,
    },
  }
}
