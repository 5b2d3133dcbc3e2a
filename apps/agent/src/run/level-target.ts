import type { LoadLevel } from '@llm-loadtest/schema'
import type { Backend, Exchange, PreparedRequest } from '../backends/backend.ts'
import { droppedExchange } from '../backends/openai/exchange-state.ts'
import type { LoadTarget, RequestSlot } from '../load/executor.ts'
import { type Prompt, PromptSource } from '../tokens/prompt-source.ts'
import type { LevelRecords } from './level-records.ts'
import type { LiveFigures } from './live-figures.ts'
import type { RunContext } from './run-context.ts'

type Ready = { prompt: Prompt; request: PreparedRequest }

/** The prompts of a level's warm-up or measurement: numbered so that no two of the run's are the same. */
export function levelPrompts(
  context: RunContext,
  level: LoadLevel,
  part: 'warmup' | 'measure',
  count: number | null,
  reserve: number,
): PromptSource<Ready> {
  const { definition, tokenizer, backend, levelCount } = context
  const first = 2 * level.index + (part === 'warmup' ? 0 : 1)
  return new PromptSource(
    definition,
    tokenizer,
    { first, step: 2 * levelCount, count },
    (prompt) => ({ prompt, request: backend.prepare({ prompt: prompt.text }, prompt.maxTokens) }),
    reserve,
  )
}

/** Sends a level's requests: joins the schedule's slots with prompts, and what comes of them with the records. */
export class LevelTarget implements LoadTarget {
  readonly #context: RunContext
  readonly #level: LoadLevel
  readonly #warmup: boolean
  readonly #prompts: PromptSource<Ready>
  readonly #records: LevelRecords
  readonly #figures: LiveFigures
  readonly #backend: Backend

  constructor(
    context: RunContext,
    level: LoadLevel,
    parts: { warmup: boolean; prompts: PromptSource<Ready>; records: LevelRecords; figures: LiveFigures },
  ) {
    this.#context = context
    this.#level = level
    this.#warmup = parts.warmup
    this.#prompts = parts.prompts
    this.#records = parts.records
    this.#figures = parts.figures
    this.#backend = context.backend
  }

  async send(slot: RequestSlot): Promise<void> {
    const { prompt, request } = this.#prompts.take() ?? (await this.#prompts.next())
    this.#figures.started()
    this.#ended(slot, prompt.tokens, await this.#backend.send(request, this.#requestId(slot)))
  }

  drop(slot: RequestSlot): void {
    this.#figures.started()
    this.#ended(slot, 0, droppedExchange())
  }

  cancelInFlight(): void {
    this.#backend.cancelInFlight()
  }

  #requestId({ index }: RequestSlot): string {
    return `${this.#context.requestPrefix}-${this.#level.index}-${this.#warmup ? 'w' : ''}${index}`
  }

  #ended(slot: RequestSlot, promptTokens: number, exchange: Exchange): void {
    const request = {
      requestId: this.#requestId(slot),
      levelIndex: this.#level.index,
      index: slot.index,
      warmup: this.#warmup,
      coolDown: slot.coolDown,
      intendedAt: slot.intendedAt,
      promptTokens,
      exchange,
    }
    this.#figures.ended(request, this.#context.start)
    this.#records.add(request)
  }
}
