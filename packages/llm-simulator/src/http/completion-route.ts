import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { chooseFault } from '../faults/choose-fault.ts'
import type { FaultName } from '../faults/fault-catalogue.ts'
import { type TraceRecorder, toEpochMs } from '../trace/trace-store.ts'
import { type CompletionRequest, type Endpoint, parseCompletionRequest } from './completion-request.ts'
import { type Exchange, runCompletion } from './completion-run.ts'
import { HttpError } from './http-error.ts'
import { readJsonBody } from './read-body.ts'
import type { Simulator } from './simulator.ts'

/** POST /v1/chat/completions and /v1/completions. Throws HttpError for a request that gets an error status. */
export async function completionRoute(
  simulator: Simulator,
  endpoint: Endpoint,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const receivedAtMs = performance.now()
  const id = `${endpoint === 'chat' ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`
  res.setHeader('x-request-id', id)
  const recorder = startTrace(simulator, endpoint, req, { id, receivedAtMs })
  try {
    await answer(simulator, endpoint, req, { id, res, receivedAtMs, recorder })
  } catch (error) {
    if (recorder !== null) recordFailure(recorder, res, error)
    throw error
  }
}

async function answer(
  simulator: Simulator,
  endpoint: Endpoint,
  req: IncomingMessage,
  exchange: Exchange,
): Promise<void> {
  const { options, faultRandom, counter } = simulator
  const { res, recorder } = exchange
  const fault = chooseFault(headerText(req, 'x-simulator-fault'), options.faults, faultRandom)
  if (recorder !== null) recorder.trace.fault = fault
  if (fault === 'refuse') {
    req.socket.destroy()
    recorder?.ended(performance.now(), 'fault')
    return
  }
  const request = parseCompletionRequest(endpoint, await readJsonBody(req, options.maxBodyBytes))
  if (recorder !== null) recorder.trace.stream = request.stream
  if (request.model !== null && !options.models.includes(request.model)) {
    throw new HttpError(404, `The model \`${request.model}\` does not exist.`, { param: 'model' })
  }
  failWithStatus(fault, request)
  if (fault === 'stall-before-headers') {
    recorder?.ended(performance.now(), 'fault')
    return
  }
  if (fault === 'slow-headers') await holdBack(res, options.slowHeadersMs)
  const counted = res.destroyed ? 0 : await counter.count(request.texts)
  if (res.destroyed) {
    recorder?.ended(performance.now(), 'client_left')
    return
  }
  const promptTokens = counted + request.promptTokenIds + request.messages * options.chatTemplateTokens
  runCompletion(simulator, exchange, request, promptTokens, fault)
}

function recordFailure(recorder: TraceRecorder, res: ServerResponse, error: unknown): void {
  if (res.destroyed) {
    recorder.ended(performance.now(), 'client_left')
    return
  }
  recorder.trace.status = error instanceof HttpError ? error.status : 500
  recorder.ended(performance.now(), recorder.trace.fault === null ? 'error' : 'fault')
}

/** Resolves after `delayMs`, or at once when the client leaves. */
function holdBack(res: ServerResponse, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs)
    res.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function failWithStatus(fault: FaultName | null, request: CompletionRequest): void {
  switch (fault) {
    case 'http-429':
      throw new HttpError(429, 'Too many requests (simulated).', { headers: { 'retry-after': '1' } })
    case 'http-500':
      throw new HttpError(500, 'The engine failed (simulated).')
    case 'http-503':
      throw new HttpError(503, 'The engine is not ready (simulated).')
    case 'usage-refused':
      if (!request.hasStreamOptions) return
      throw new HttpError(400, 'stream_options is not supported (simulated).', { param: 'stream_options' })
    default:
      return
  }
}

function headerText(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function startTrace(
  simulator: Simulator,
  endpoint: Endpoint,
  req: IncomingMessage,
  { id, receivedAtMs }: { id: string; receivedAtMs: number },
): TraceRecorder | null {
  if (!simulator.options.trace && headerText(req, 'x-simulator-trace') !== '1') return null
  return simulator.traces.start({
    request_id: id,
    client_request_id: headerText(req, 'x-request-id') ?? null,
    endpoint,
    stream: null,
    fault: null,
    status: null,
    received_at: toEpochMs(receivedAtMs),
    admitted_at: null,
    headers_sent_at: null,
    token_times_ms: [],
    tokens_per_event: [],
    ended_at: null,
    prompt_tokens: null,
    completion_tokens: 0,
    reasoning_tokens: 0,
    finish_reason: null,
    outcome: null,
  })
}
