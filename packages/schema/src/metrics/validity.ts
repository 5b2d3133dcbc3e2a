import type { Distribution, LevelEvidence, Validity, Verdict } from '../level-result.ts'

/** Limits over which a measurement is suspect, and over which it is invalid. */
const LIMITS = {
  scheduleLagP99Ms: [5, 50],
  eventLoopDelayP99Ms: [20, 100],
  agentCpuPercent: [85, 98],
} as const
const MIN_ACHIEVED_RATE_RATIO = 0.95

const WORSE: Record<Verdict, number> = { valid: 0, suspect: 1, invalid: 2 }
const round = (value: number): string => value.toFixed(1)

/** The worst of several verdicts; `valid` when there are none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((worst, next) => (WORSE[next] > WORSE[worst] ? next : worst), 'valid')
}

/** Judges whether the load generator, rather than the server, shaped a level's figures. */
export function judgeLevel(observed: {
  evidence: LevelEvidence
  scheduleLag: Distribution | null
  achievedRateRatio: number | null
  dropped: number
}): Validity {
  const findings: { verdict: Verdict; reason: string }[] = []
  const check = (
    value: number | null | undefined,
    [suspect, invalid]: readonly [number, number],
    what: string,
    unit: string,
  ) => {
    if (value === null || value === undefined || value <= suspect) return
    findings.push({
      verdict: value > invalid ? 'invalid' : 'suspect',
      reason: `${what} was ${round(value)}${unit}, more than ${suspect}${unit}: the load generator was too busy`,
    })
  }
  const { evidence, scheduleLag, achievedRateRatio, dropped } = observed
  check(scheduleLag?.p99, LIMITS.scheduleLagP99Ms, 'Send-schedule lag p99', ' ms')
  check(evidence.event_loop_delay_p99_ms, LIMITS.eventLoopDelayP99Ms, 'Event-loop delay p99', ' ms')
  check(evidence.agent_cpu_percent, LIMITS.agentCpuPercent, 'Agent CPU use', ' % of a core')
  if (achievedRateRatio !== null && achievedRateRatio < MIN_ACHIEVED_RATE_RATIO) {
    findings.push({
      verdict: 'suspect',
      reason: `Only ${round(achievedRateRatio * 100)} % of the offered request rate was sent`,
    })
  }
  if (dropped > 0)
    findings.push({ verdict: 'suspect', reason: `${dropped} requests were dropped: their slot was missed` })
  return {
    verdict: worstVerdict(findings.map((finding) => finding.verdict)),
    reasons: findings.map((finding) => finding.reason),
    evidence: {
      ...evidence,
      schedule_lag_p99_ms: scheduleLag?.p99 ?? null,
      achieved_rate_ratio: achievedRateRatio,
      dropped_requests: dropped,
    },
  }
}
