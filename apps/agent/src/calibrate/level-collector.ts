import type { LevelResult, RequestRecord, Verdict } from '@llm-loadtest/schema'
import type { RunOutput, RunSink } from '../run/run-sink.ts'
import type { CalibrationPlan } from './calibration-plan.ts'
import { type TimingError, timingError } from './timing-error.ts'
import type { TruthSource } from './truth-source.ts'

/** One concurrency, measured. */
export type CalibratedLevel = TimingError & {
  concurrency: number
  tokensPerSec: number
  cpuPercent: number | null
  verdict: Verdict
}

/** Tokens that came between two times, ms since the run's start. */
function tokensBetween(records: readonly RequestRecord[], from: number, until: number): number {
  let tokens = 0
  for (const { sent_ms, event_ms } of records) {
    for (const ms of event_ms) {
      const at = (sent_ms ?? Number.NaN) + ms
      if (at >= from && at < until) tokens++
    }
  }
  return tokens
}

/** Compares each level of a run with the truth as soon as it is over. */
export class LevelCollector implements RunSink {
  readonly #source: TruthSource
  readonly #plan: CalibrationPlan
  readonly #over: (level: CalibratedLevel) => void
  #records: RequestRecord[] = []
  #measuring: Promise<void> = Promise.resolve()

  constructor(source: TruthSource, plan: CalibrationPlan, over: (level: CalibratedLevel) => void) {
    this.#source = source
    this.#plan = plan
    this.#over = over
  }

  write(output: RunOutput): void {
    switch (output.type) {
      case 'records':
        this.#records.push(...output.records)
        break
      case 'level_result': {
        const records = this.#records
        this.#records = []
        this.#measuring = this.#measuring.then(() => this.#measure(output.result, records))
        // flushed() tells of the failure; this keeps it from being unhandled until then.
        this.#measuring.catch(() => undefined)
        break
      }
      case 'run_failed':
        this.#measuring = this.#measuring.then(() => {
          throw new Error(output.error.message)
        })
        this.#measuring.catch(() => undefined)
        break
      case 'progress':
      case 'gpu':
      case 'run_complete':
        break
      default:
        output satisfies never
    }
  }

  flushed(): Promise<void> {
    return this.#measuring
  }

  async #measure(result: LevelResult, records: readonly RequestRecord[]): Promise<void> {
    const truths = await this.#source.take()
    const from = (result.started_ms ?? 0) + this.#plan.settleSeconds * 1000
    const until = from + this.#plan.measureSeconds * 1000
    const ok = records.filter(({ warmup, outcome }) => !warmup && outcome === 'ok')
    const settled = ok.filter(({ sent_ms }) => sent_ms !== null && sent_ms >= from)
    this.#over({
      concurrency: result.concurrency ?? 0,
      tokensPerSec: tokensBetween(ok, from, until) / this.#plan.measureSeconds,
      cpuPercent: result.validity.evidence.agent_cpu_percent,
      verdict: result.validity.verdict,
      ...timingError(settled, truths),
    })
  }
}
