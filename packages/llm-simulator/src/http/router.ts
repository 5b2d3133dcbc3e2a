import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { FAULTS } from '../faults/fault-catalogue.ts'
import { completionRoute } from './completion-route.ts'
import { HttpError } from './http-error.ts'
import { respond, respondError } from './respond.ts'
import type { Simulator } from './simulator.ts'

type Route = {
  method: 'GET' | 'POST'
  handle(simulator: Simulator, req: IncomingMessage, res: ServerResponse): void | Promise<void>
}

const TRACE_PREFIX = '/simulator/trace/'

const ROUTES: Record<string, Route> = {
  '/v1/chat/completions': {
    method: 'POST',
    handle: (simulator, req, res) => completionRoute(simulator, 'chat', req, res),
  },
  '/v1/completions': {
    method: 'POST',
    handle: (simulator, req, res) => completionRoute(simulator, 'completions', req, res),
  },
  '/v1/models': { method: 'GET', handle: (simulator, _, res) => respond(res, 200, modelList(simulator)) },
  '/health': { method: 'GET', handle: (_simulator, _req, res) => respond(res, 200, '{"status":"ok"}') },
  '/metrics': {
    method: 'GET',
    handle: ({ metrics, engine }, _, res) =>
      respond(res, 200, metrics.render(engine.load), {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      }),
  },
  '/simulator/faults': {
    method: 'GET',
    handle: (_simulator, _req, res) => {
      const faults = Object.entries(FAULTS).map(([name, description]) => ({ name, description }))
      respond(res, 200, JSON.stringify({ faults }))
    },
  },
}

const traceRoute: Route = {
  method: 'GET',
  handle: ({ traces }, req, res) => {
    const id = decodeId(pathOf(req).slice(TRACE_PREFIX.length))
    const trace = traces.find(id)
    if (trace === null) {
      throw new HttpError(
        404,
        `No trace of ${id}: send x-simulator-trace: 1 with the request, and ask before newer traces replace it.`,
      )
    }
    respond(res, 200, JSON.stringify(trace))
  },
}

/** The listener of the HTTP server. `reportError` hears of what is not the client's doing. */
export function createRouter(simulator: Simulator, reportError: (error: unknown) => void): RequestListener {
  return async (req, res) => {
    try {
      await dispatch(simulator, req, res)
    } catch (error) {
      if (!(error instanceof HttpError)) reportError(error)
      const known =
        error instanceof HttpError ? error : new HttpError(500, 'The simulator failed; its log says why.')
      if (res.headersSent) res.destroy()
      else respondError(res, known)
    }
  }
}

async function dispatch(simulator: Simulator, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = pathOf(req)
  const route = path.startsWith(TRACE_PREFIX)
    ? traceRoute
    : Object.hasOwn(ROUTES, path)
      ? ROUTES[path]
      : undefined
  if (route === undefined) throw new HttpError(404, `There is no ${path} here.`)
  if (req.method !== route.method) {
    throw new HttpError(405, `${path} takes ${route.method} only.`, { headers: { allow: route.method } })
  }
  if (path.startsWith('/v1/')) checkApiKey(simulator.options.apiKey, req)
  await route.handle(simulator, req, res)
}

function checkApiKey(apiKey: string | undefined, req: IncomingMessage): void {
  if (apiKey === undefined) return
  const sha256 = (text: string) => createHash('sha256').update(text).digest()
  if (timingSafeEqual(sha256(req.headers.authorization ?? ''), sha256(`Bearer ${apiKey}`))) return
  throw new HttpError(401, 'The API key is missing or wrong; send it as Authorization: Bearer <key>.')
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '/').split('?', 1)[0] ?? '/'
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new HttpError(400, `${text} is not a valid request id: it has a broken % escape.`)
  }
}

function modelList({ options, startedAtS }: Simulator): string {
  const data = options.models.map((id) => ({
    id,
    object: 'model',
    created: startedAtS,
    owned_by: 'llm-simulator',
    root: id,
    parent: null,
    max_model_len: options.engine.maxModelLen,
  }))
  return JSON.stringify({ object: 'list', data })
}
