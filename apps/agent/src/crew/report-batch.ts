import type { EndedRequest } from './ended-request.ts'
import type { WorkerReport } from './messages.ts'

const INTERVAL_MS = 100
/** Handing requests over costs the load thread a few microseconds each: a small batch holds no timestamp up. */
const MAX_REQUESTS = 64

export type Post = (report: WorkerReport, transfer?: ArrayBuffer[]) => void

/** Reports the requests that end, a few at a time, and how much has been sent and received. */
export class ReportBatch {
  readonly #post: Post
  readonly #outputTokens: () => number
  readonly #seal: () => void
  readonly #timer: NodeJS.Timeout
  #ended: EndedRequest[] = []
  #sent = 0
  #reported = { sent: 0, outputTokens: 0 }

  /**
   * @param outputTokens tokens received since the part began
   * @param seal lets go of the memory that the requests' arrays are in, before it is handed over
   */
  constructor(post: Post, outputTokens: () => number, seal: () => void) {
    this.#post = post
    this.#outputTokens = outputTokens
    this.#seal = seal
    this.#timer = setInterval(() => this.#flush(), INTERVAL_MS)
  }

  sent(): void {
    this.#sent++
  }

  ended(request: EndedRequest): void {
    this.#ended.push(request)
    // Not at once: others that ended in the same turn have their arrays in the memory that is handed over.
    if (this.#ended.length === MAX_REQUESTS) setImmediate(() => this.#flush())
  }

  /** Reports what is left. */
  finish(): void {
    clearInterval(this.#timer)
    this.#flush()
  }

  #flush(): void {
    const ended = this.#ended
    const [sent, outputTokens] = [this.#sent, this.#outputTokens()]
    const nothingNew = sent === this.#reported.sent && outputTokens === this.#reported.outputTokens
    if (ended.length === 0 && nothingNew) return
    this.#ended = []
    this.#reported = { sent, outputTokens }
    this.#seal()
    this.#post({ kind: 'progress', ended, sent, outputTokens }, buffersOf(ended))
  }
}

/** The memory of the requests' arrays, to be handed over rather than copied. */
function buffersOf(requests: readonly EndedRequest[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { exchange } of requests) {
    const { eventAt, eventTotals, text } = exchange
    for (const array of [eventAt, eventTotals, text.bytes, text.outputStarts, text.ends]) {
      if (array && array.length > 0 && array.buffer instanceof ArrayBuffer) buffers.add(array.buffer)
    }
  }
  return [...buffers]
}
