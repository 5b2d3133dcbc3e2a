import type { RunProgress } from '@llm-loadtest/schema'
import { levelName } from './level-name.ts'
import { formatNumber } from './number-format.ts'

const BAR_WIDTH = 20

/** Where progress is drawn. */
export type ProgressStream = {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

function describe(progress: RunProgress): string {
  const { level, metrics, phase } = progress
  const load = level.concurrency === null ? levelName(level) : `c=${level.concurrency}`
  const { current, total, unit } = progress.progress
  const done =
    unit === 'seconds'
      ? `${current.toFixed(0)}/${formatNumber(total)} s`
      : `${current}/${formatNumber(total)}`
  const parts = [
    `[${level.index + 1}/${level.total}] ${load}`,
    `${phase === 'warmup' ? 'warm-up ' : ''}${done}`,
    `${formatNumber(metrics.throughput_current)} tok/s`,
    `TTFT ${formatNumber(metrics.ttft_p50)} ms`,
    `TPOT ${formatNumber(metrics.tpot_avg)} ms`,
    `${metrics.running} running`,
  ]
  if (metrics.error_count > 0) parts.push(`${metrics.error_count} failed`)
  return parts.join('  ')
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`
}

/** Draws progress in place on a terminal, as plain lines elsewhere. */
export class ProgressLine {
  readonly #stream: ProgressStream
  readonly #colour: boolean
  #drawn = false

  constructor(stream: ProgressStream, environment: Readonly<Record<string, string | undefined>>) {
    this.#stream = stream
    this.#colour = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  }

  show(progress: RunProgress): void {
    const text = describe(progress)
    const percent = `${progress.overall_percent.toFixed(0).padStart(3)} %`
    if (!this.#stream.isTTY) {
      this.#stream.write(`${percent}  ${text}\n`)
      return
    }
    const line = `${bar(progress.overall_percent)} ${percent}  ${text}`.slice(
      0,
      (this.#stream.columns ?? 80) - 1,
    )
    const shown = this.#colour ? `\x1b[36m${line.slice(0, BAR_WIDTH)}\x1b[0m${line.slice(BAR_WIDTH)}` : line
    this.#stream.write(`\r\x1b[2K${shown}`)
    this.#drawn = true
  }

  /** Leaves the line, so that what follows starts on a new one. */
  end(): void {
    if (this.#drawn) this.#stream.write('\n')
    this.#drawn = false
  }
}
