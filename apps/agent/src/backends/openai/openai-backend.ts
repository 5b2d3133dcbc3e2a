import type { RunDefinition } from '@llm-loadtest/schema'
import { createRedactor } from '../../redact.ts'
import type { Backend, Exchange, PreparedRequest, RequestInput, UsageMode } from '../backend.ts'
import { EventLog } from '../event-log.ts'
import { Connections } from '../http/connections.ts'
import { requestHead } from '../http/request-head.ts'
import { targetUrl } from '../http/target-url.ts'
import { RecordArena } from '../record-arena.ts'
import { EventTemplates } from './event-templates.ts'
import { OpenAiRequest, type RequestSettings } from './openai-request.ts'
import { LESSER_USAGE, requestBody } from './request-body.ts'

const REFUSES_USAGE = /stream_options|continuous_usage_stats|include_usage/

/** Most ended requests whose connections wait for the body's end: short requests would leave thousands open. */
const MOST_OPEN_BODIES = 32

/** The headers of every request; the run's own win. */
function requestHeaders(run: RunDefinition, apiKey: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: run.stream ? 'text/event-stream' : 'application/json',
    // Without it any coding would be acceptable: RFC 9110, section 12.5.3.
    'accept-encoding': 'identity',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }
  for (const [name, value] of Object.entries(run.headers ?? {})) headers[name.toLowerCase()] = value
  return headers
}

/** Sends to any server that speaks OpenAI's chat completions or completions. */
export class OpenAiBackend implements Backend {
  readonly meter = { outputTokens: 0 }
  readonly #run: RunDefinition
  readonly #head: string
  readonly #connections: Connections
  readonly #redact: (text: string) => string
  readonly #settings: RequestSettings
  readonly #arena = new RecordArena()
  /** Logs that no request in flight uses. */
  readonly #logs: EventLog[] = []
  readonly #underWay = new Set<OpenAiRequest>()
  /** Ended, but their bodies are not; the oldest first. */
  readonly #openBodies = new Set<OpenAiRequest>()
  #usageMode: UsageMode = 'continuous'

  /** @param apiKey the key itself, whether it came with the run or from a variable */
  constructor(run: RunDefinition, apiKey: string | undefined) {
    this.#run = run
    const url = targetUrl(run.server_url, run.endpoint)
    this.#head = requestHead(url, requestHeaders(run, apiKey))
    this.#connections = new Connections(url, run.timeout * 1000)
    this.#settings = {
      streaming: run.stream,
      keepText: run.dataset?.multi_turn ?? false,
      meter: this.meter,
      arena: this.#arena,
      templates: new EventTemplates(),
    }
    this.#redact = createRedactor([...(apiKey ? [apiKey] : []), ...Object.values(run.headers ?? {})])
  }

  prepare(input: RequestInput, maxTokens: number): PreparedRequest {
    const usageMode = this.#usageMode
    return { input, maxTokens, usageMode, body: requestBody(this.#run, input, maxTokens, usageMode) }
  }

  warm(connections: number): Promise<void> {
    return this.#connections.warm(connections)
  }

  async send(request: PreparedRequest, requestId: string): Promise<Exchange> {
    for (let attempt = request; ; attempt = this.prepare(request.input, request.maxTokens)) {
      const exchange = await this.#sendOnce(attempt, requestId)
      // Looked at whole: a redacted message is cut.
      const refused = this.#refusesUsage(exchange)
      if (exchange.errorMessage !== null) exchange.errorMessage = this.#redact(exchange.errorMessage)
      if (!refused) return exchange
      if (this.#usageMode === attempt.usageMode) {
        const lesser = LESSER_USAGE[attempt.usageMode]
        if (lesser === null) return exchange
        this.#usageMode = lesser
      }
    }
  }

  sealExchanges(): void {
    this.#arena.seal()
  }

  cancelInFlight(): void {
    for (const request of [...this.#underWay]) {
      request.abort('CANCELLED', 'cancelled before the response was complete')
    }
  }

  async close(): Promise<void> {
    this.cancelInFlight()
    this.#connections.close()
  }

  /** A server that does not know stream_options refuses the request; what it refused is not asked for again. */
  #refusesUsage({ outcome, errorMessage }: Exchange): boolean {
    if (outcome !== 'HTTP_400' && outcome !== 'HTTP_422') return false
    return this.#run.stream && REFUSES_USAGE.test(errorMessage ?? '')
  }

  #boundOpenBodies(): void {
    for (const oldest of this.#openBodies) {
      if (this.#openBodies.size <= MOST_OPEN_BODIES) return
      oldest.closeBody()
    }
  }

  #sendOnce(prepared: PreparedRequest, requestId: string): Promise<Exchange> {
    return new Promise((resolve) => {
      this.#boundOpenBodies()
      const connection = this.#connections.take()
      const deadline = setTimeout(() => {
        request.abort('TIMEOUT', `no complete response within ${this.#run.timeout} s`)
      }, this.#run.timeout * 1000)
      const log = this.#logs.pop() ?? new EventLog()
      const request = new OpenAiRequest(this.#settings, log, {
        onEnd: (exchange) => {
          clearTimeout(deadline)
          this.#underWay.delete(request)
          this.#logs.push(log)
          this.#openBodies.add(request)
          resolve(exchange)
        },
        onFree: (reusable) => {
          this.#openBodies.delete(request)
          if (reusable) this.#connections.release(connection)
          else this.#connections.discard(connection)
        },
      })
      this.#underWay.add(request)
      const { body } = prepared
      const head = `${this.#head}x-request-id: ${requestId}\r\ncontent-length: ${body.length}\r\n\r\n`
      connection.send(head, body, request)
    })
  }
}
