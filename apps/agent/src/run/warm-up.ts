import type { LoadLevel, RequestRecord } from '@llm-loadtest/schema'
import type { PartListener } from '../crew/crew.ts'
import type { EndedRequest } from '../crew/ended-request.ts'
import { LevelRecords } from './level-records.ts'
import { LiveFigures } from './live-figures.ts'
import { ProgressReporter } from './progress-reporter.ts'
import type { RunContext } from './run-context.ts'
import { RunFailure } from './run-failure.ts'

/** What to check, by the way that every warm-up request failed. */
function advice(outcome: string, serverUrl: string, model: string): string {
  if (outcome === 'CONNECTION_ERROR') {
    return `Check that the LLM server runs at ${serverUrl} and that the agent's machine can reach it.`
  }
  if (outcome === 'HTTP_401' || outcome === 'HTTP_403') return 'Check the API key.'
  if (outcome === 'HTTP_404') return `Check the server's address and that it serves the model "${model}".`
  if (outcome === 'HTTP_429') {
    return 'The server limits its load: lower the concurrency or the request rate, or wait before the next run.'
  }
  if (/^HTTP_3/.test(outcome)) return "Give the address that it redirects to as the server's."
  if (outcome === 'TIMEOUT') return 'Check that the server is not stuck, or allow more time.'
  return `Check that ${serverUrl} serves the model "${model}" and the server's own log.`
}

function failWhenNoneSucceeded(records: readonly RequestRecord[], context: RunContext): void {
  const [first] = records
  if (!first || records.some((record) => record.outcome === 'ok')) return
  const { server_url, model } = context.definition
  const unreachable = records.every((record) => record.outcome === 'CONNECTION_ERROR')
  const message =
    `All ${records.length} warm-up requests failed, the first with ${first.outcome}: ` +
    `${first.error_message ?? 'no message'}. ${advice(first.outcome, server_url, model)}`
  throw new RunFailure(unreachable ? 'target_unreachable' : 'warmup_failed', message)
}

/** The warm-up of a pass while it goes on. */
class WarmUp implements PartListener {
  readonly records: LevelRecords
  readonly #context: RunContext
  readonly #level: LoadLevel
  readonly #figures = new LiveFigures()
  #reporter: ProgressReporter | null = null

  constructor(context: RunContext, level: LoadLevel) {
    this.records = new LevelRecords(level.index, context)
    this.#context = context
    this.#level = level
  }

  begun(at: number): void {
    const { definition, levelCount, start, sink } = this.#context
    const scope = { phase: 'warmup' as const, level: this.#level, startedAt: at }
    const scopes = [{ ...scope, total: definition.warmup, unit: 'requests' as const }]
    this.#reporter = new ProgressReporter({ scopes, levelCount, figures: this.#figures }, start, sink)
  }

  ended(request: EndedRequest, runStart: number): void {
    this.#figures.ended(request, runStart)
    this.records.add(request, runStart)
  }

  counted(totals: { sent: number; outputTokens: number }): void {
    this.#figures.counted(totals)
  }

  levelOver(): void {
    // What was observed of a warm-up is of no interest.
  }

  async finish(): Promise<void> {
    this.#reporter?.stop()
    await this.records.finish()
  }
}

/** Sends the warm-up requests before a pass; throws RunFailure when all of them fail. */
export async function warmUp(context: RunContext, pass: number): Promise<void> {
  const { definition, crew, passes, signal, start } = context
  const level = passes[pass]?.[0]
  if (definition.warmup === 0 || !level) return
  const warming = new WarmUp(context, level)
  try {
    await crew.run({ part: 'warmup', pass, runStart: start }, signal, warming)
  } finally {
    await warming.finish()
  }
  if (!signal.aborted) failWhenNoneSucceeded(warming.records.all, context)
}
