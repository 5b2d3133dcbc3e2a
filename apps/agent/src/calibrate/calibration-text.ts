import { align } from '../report/align.ts'
import { formatNumber } from '../report/number-format.ts'
import {
  type Calibration,
  type CalibrationEnd,
  ERROR_LIMITS_MS,
  largestWithin,
  SOURCE_LIMIT_MS,
} from './calibration.ts'
import type { CalibratedLevel } from './level-collector.ts'

const [NAMES, UNITS] = [
  ['Concurrency', 'Tokens', 'TTFT error p99', 'ITL error p99', 'CPU', 'Server late p99', 'Verdict'],
  ['', '(1/s)', '(ms)', '(ms)', '(% of a core)', '(ms)', ''],
]

const row = (level: CalibratedLevel): string[] => [
  String(level.concurrency),
  formatNumber(Math.round(level.tokensPerSec)),
  formatNumber(level.ttftP99Ms),
  formatNumber(level.itlP99Ms),
  formatNumber(level.cpuPercent),
  formatNumber(level.serverLatenessP99Ms),
  level.verdict,
]

function limitLine(levels: readonly CalibratedLevel[], limitMs: number): string {
  const level = largestWithin(levels, limitMs)
  const what = `Own timing error (p99) within ${limitMs} ms:`
  return level
    ? `${what} up to concurrency ${level.concurrency}, ${Math.round(level.tokensPerSec)} tokens/s`
    : `${what} at no concurrency measured. Try again on a quieter machine.`
}

const ENDS: Record<CalibrationEnd, string> = {
  error_limit: 'Stopped where the error passed the larger limit.',
  source_limit: `The bundled server fell behind (more than ${SOURCE_LIMIT_MS} ms late, p99): it, or a busy machine, was the limit rather than the agent.`,
  open_files:
    'Stopped by the limit of open files, which both ends of each connection need: raise it (ulimit -n 65536) to measure more.',
  plan_done: 'The agent may be able to do more: nothing larger was measured.',
  interrupted: 'Interrupted: nothing larger was measured.',
}

/** A calibration for a terminal: the table of its levels, the largest loads within the limits, and why it ended. */
export function calibrationText({ levels, end }: Calibration): string {
  const table = levels.length > 0 ? [align([NAMES, UNITS, ...levels.map(row)]), ''] : []
  return [...table, ...ERROR_LIMITS_MS.map((limitMs) => limitLine(levels, limitMs)), ENDS[end]].join('\n')
}

/** A level that was just measured, in a line. */
export function levelText(level: CalibratedLevel): string {
  const errors = `TTFT ${formatNumber(level.ttftP99Ms)} ms, ITL ${formatNumber(level.itlP99Ms)} ms`
  return `concurrency ${level.concurrency}: p99 error of ${errors}`
}

/** A calibration for a program: fields as in the result of a run, units last. */
export function calibrationJson({ levels, end }: Calibration) {
  const limit = (limitMs: number) => {
    const level = largestWithin(levels, limitMs)
    return {
      error_limit_ms: limitMs,
      concurrency: level?.concurrency ?? null,
      tokens_per_sec: level?.tokensPerSec ?? null,
    }
  }
  return {
    levels: levels.map((level) => ({
      concurrency: level.concurrency,
      tokens_per_sec: level.tokensPerSec,
      ttft_error_p99_ms: level.ttftP99Ms,
      itl_error_p99_ms: level.itlP99Ms,
      agent_cpu_percent: level.cpuPercent,
      server_lateness_p99_ms: level.serverLatenessP99Ms,
      verdict: level.verdict,
    })),
    limits: ERROR_LIMITS_MS.map(limit),
    ended_by: end,
  }
}
