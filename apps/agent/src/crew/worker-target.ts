import type { RunDefinition } from '@llm-loadtest/schema'
import type { Backend, Exchange, PreparedRequest } from '../backends/backend.ts'
import { droppedExchange, newExchange } from '../backends/openai/exchange-state.ts'
import { mostTokens } from '../backends/openai/request-body.ts'
import type { Ending, LoadTarget, RequestSlot } from '../load/executor.ts'
import { replyText } from '../workload/reply-text.ts'
import type { WorkItem, Workload } from '../workload/workload.ts'
import type { EndedRequest } from './ended-request.ts'
import type { LevelWatch } from './level-watch.ts'
import type { ReportBatch } from './report-batch.ts'

/** What is known of a request beforehand; none of one that is never sent. */
type Asked = Pick<EndedRequest, 'promptTokens' | 'maxTokens'>
const UNSENT: Asked = { promptTokens: 0, maxTokens: 0 }

/** An item of a workload with its serialised request. */
export type ReadyRequest = { item: WorkItem; request: PreparedRequest }

export type TargetParts = {
  run: RunDefinition
  requestPrefix: string
  warmup: boolean
  backend: Backend
  workload: Workload<ReadyRequest>
  batch: ReportBatch
  watch: LevelWatch
}

/** Sends a worker's requests: joins the schedule's slots with the workload, and reports what comes of them. */
export class WorkerTarget implements LoadTarget {
  readonly #parts: TargetParts
  #cancel: () => void = () => undefined
  readonly #cancelled = new Promise<null>((resolve) => {
    this.#cancel = () => resolve(null)
  })

  constructor(parts: TargetParts) {
    this.#parts = parts
  }

  async send(slot: RequestSlot): Promise<Ending> {
    const { watch } = this.#parts
    this.#started(slot)
    watch.slots.begun()
    try {
      return endingOf(await this.#send(slot))
    } finally {
      watch.slots.ended()
    }
  }

  async #send(slot: RequestSlot): Promise<Exchange> {
    const { run, workload, backend, watch } = this.#parts
    const ready =
      workload.take() ?? (await watch.slots.during(Promise.race([workload.next(), this.#cancelled])))
    if (ready === null) return this.#ended(slot, UNSENT, unsentExchange())
    const exchange = await backend.send(ready.request, this.#requestId(slot))
    workload.ended(ready, exchange.outcome === 'ok' ? () => replyText(exchange) : null)
    const { tokens } = ready.item
    const maxTokens = mostTokens(run, ready.item.maxTokens)
    if (typeof tokens === 'number') return this.#ended(slot, { promptTokens: tokens, maxTokens }, exchange)
    // By the time it is known, the memory of the exchange would have been handed over with that of others.
    const own = withOwnMemory(exchange)
    return this.#ended(slot, { promptTokens: await watch.slots.during(tokens), maxTokens }, own)
  }

  drop(slot: RequestSlot): void {
    this.#started(slot)
    // The requests of a trace belong to their times: one that is not sent is not put off either.
    if (this.#parts.run.replay) this.#skip()
    this.#ended(slot, UNSENT, droppedExchange())
  }

  cancelInFlight(): void {
    // Those that still wait for their prompt are not sent any more.
    this.#cancel()
    this.#parts.backend.cancelInFlight()
  }

  #skip(): void {
    const { workload } = this.#parts
    if (workload.take()) return
    // A workload that cannot go on says so to the next request as well.
    workload.next().catch(() => undefined)
  }

  #requestId({ levelIndex, index }: RequestSlot): string {
    return `${this.#parts.requestPrefix}-${levelIndex}-${this.#parts.warmup ? 'w' : ''}${index}`
  }

  #started({ levelIndex }: RequestSlot): void {
    this.#parts.watch.sent(levelIndex)
    this.#parts.batch.sent()
  }

  #ended(slot: RequestSlot, asked: Asked, exchange: Exchange): Exchange {
    this.#parts.batch.ended({
      requestId: this.#requestId(slot),
      levelIndex: slot.levelIndex,
      index: slot.index,
      warmup: this.#parts.warmup,
      coolDown: slot.coolDown,
      intendedAt: slot.intendedAt,
      ...asked,
      exchange,
    })
    return exchange
  }
}

const endingOf = ({ outcome, sentAt }: Exchange): Ending =>
  outcome === 'CONNECTION_ERROR' && Number.isNaN(sentAt) ? 'unreachable' : 'reached'

function unsentExchange(): Exchange {
  return { ...newExchange(), outcome: 'CANCELLED', errorMessage: 'cancelled before it was sent' }
}

function withOwnMemory(exchange: Exchange): Exchange {
  const { eventAt, eventTotals, text } = exchange
  return {
    ...exchange,
    eventAt: eventAt.slice(),
    eventTotals: eventTotals?.slice() ?? null,
    text: {
      bytes: text.bytes.slice(),
      outputStarts: text.outputStarts.slice(),
      ends: text.ends.slice(),
    },
  }
}
