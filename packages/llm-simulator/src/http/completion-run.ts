import type { ServerResponse } from 'node:http'
import type { Sequence } from '../engine/engine.ts'
import type { FaultName } from '../faults/fault-catalogue.ts'
import { responseShape } from '../faults/response-shape.ts'
import { createRandom, type Random } from '../random.ts'
import { BufferedOutput } from '../stream/buffered-output.ts'
import type { Output } from '../stream/output.ts'
import { StreamOutput } from '../stream/stream-output.ts'
import { VOCABULARY } from '../tokens/vocabulary.ts'
import { type TraceRecorder, toEpochMs } from '../trace/trace-store.ts'
import type { CompletionRequest } from './completion-request.ts'
import { type OutputLength, outputLength } from './output-length.ts'
import type { Simulator } from './simulator.ts'

/** One HTTP exchange on a completion route. `receivedAtMs` is `performance.now()`. */
export type Exchange = {
  id: string
  res: ServerResponse
  receivedAtMs: number
  recorder: TraceRecorder | null
}

/** Sends an accepted request through the engine and its tokens to the client. Throws HttpError 400 where it cannot fit. */
export function runCompletion(
  simulator: Simulator,
  exchange: Exchange,
  request: CompletionRequest,
  promptTokens: number,
  fault: FaultName | null,
): void {
  const { res, recorder, id } = exchange
  const random = requestRandom(simulator, request)
  const length = outputLength(request, promptTokens, simulator.options.engine.maxModelLen, random)
  const shape = responseShape(fault, request, length.tokens)
  const model = request.model ?? simulator.defaultModel
  const identity = { endpoint: request.endpoint, id, model, created: Math.floor(Date.now() / 1000) }
  const context = { res, request, identity, shape, promptTokens, recorder }
  const output = request.stream ? new StreamOutput(context) : new BufferedOutput(context)
  if (recorder !== null) Object.assign(recorder.trace, { status: 200, prompt_tokens: promptTokens })
  output.open()
  if (fault === 'empty-stream') {
    output.endEmpty()
    recorder?.ended(performance.now(), 'fault')
    return
  }
  if (recorder !== null) recorder.trace.reasoning_tokens = shape.reasoningTokens
  generate(simulator, exchange, { promptTokens, length, random, output })
}

function requestRandom(simulator: Simulator, request: CompletionRequest): Random {
  const number = simulator.nextRequestNumber()
  return createRandom(
    request.seed === null ? `request ${simulator.options.seed} ${number}` : `seed ${request.seed}`,
  )
}

type Generation = { promptTokens: number; length: OutputLength; random: Random; output: Output }

function generate(simulator: Simulator, exchange: Exchange, generation: Generation): void {
  const { driver, metrics } = simulator
  const { id, res, recorder } = exchange
  const { promptTokens, length, random, output } = generation
  const times = new TokenTimes(simulator, exchange.receivedAtMs)
  let over = false
  const sequence = driver.submit({ id, promptTokens, outputTokens: length.tokens }, (running) => {
    times.token(running)
    if (recorder !== null && running.admittedAtMs !== null) {
      // A step that begins late counts from its due time, which may be before the request came.
      recorder.trace.admitted_at = toEpochMs(Math.max(running.admittedAtMs, exchange.receivedAtMs))
    }
    const word = VOCABULARY[random.int(VOCABULARY.length)] ?? ' the'
    const last = running.state === 'finished'
    const result = output.token(word, last ? length.finishReason : null)
    if (result === 'more') return
    if (result === 'broken') {
      driver.cancel(running)
      metrics.aborted()
    } else {
      times.finished(length)
      if (recorder !== null) recorder.trace.finish_reason = length.finishReason
    }
    over = true
    recorder?.ended(performance.now(), result === 'broken' ? 'fault' : 'completed')
  })
  res.once('close', () => {
    if (over) return
    driver.cancel(sequence)
    metrics.aborted()
    recorder?.ended(performance.now(), 'client_left')
  })
}

/** Feeds the latency metrics of one request. */
class TokenTimes {
  readonly #simulator: Simulator
  readonly #receivedAtMs: number
  #firstAtMs = 0
  #lastAtMs = 0

  constructor(simulator: Simulator, receivedAtMs: number) {
    this.#simulator = simulator
    this.#receivedAtMs = receivedAtMs
  }

  token(sequence: Sequence): void {
    const { metrics } = this.#simulator
    const now = performance.now()
    if (sequence.generated === 1) {
      const queuedMs = Math.max(0, (sequence.admittedAtMs ?? now) - this.#receivedAtMs)
      metrics.firstToken(sequence.promptTokens, (now - this.#receivedAtMs) / 1000, queuedMs / 1000)
      this.#firstAtMs = now
    } else {
      metrics.laterToken((now - this.#lastAtMs) / 1000)
    }
    this.#lastAtMs = now
  }

  finished(length: OutputLength): void {
    const gaps = length.tokens - 1
    const tpotS = gaps === 0 ? null : (this.#lastAtMs - this.#firstAtMs) / gaps / 1000
    this.#simulator.metrics.finished(length.finishReason, (this.#lastAtMs - this.#receivedAtMs) / 1000, tpotS)
  }
}
