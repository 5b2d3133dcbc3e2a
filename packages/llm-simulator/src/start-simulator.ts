import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Engine } from './engine/engine.ts'
import { EngineDriver, systemClock } from './engine/engine-driver.ts'
import { createRouter } from './http/router.ts'
import { VllmMetrics } from './metrics/vllm-metrics.ts'
import { SimulatorOptions, type SimulatorOptionsInput } from './options.ts'
import { createRandom } from './random.ts'
import { TokenCounter } from './tokens/token-counter.ts'
import { type RequestTrace, TraceStore } from './trace/trace-store.ts'

/** A simulator that is listening. */
export type RunningSimulator = {
  /** Base address without a path, such as http://127.0.0.1:8000. */
  url: string
  port: number
  /** The trace of a request by the response's id or the client's x-request-id; null where there is none. */
  trace(id: string): RequestTrace | null
  /** Ends open streams and frees everything; resolves when nothing is left running. */
  close(): Promise<void>
}

/** The simulator could not listen where it was told to. */
export class ListenError extends Error {
  constructor(host: string, port: number, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const reason =
      code === 'EADDRINUSE'
        ? 'the port is already in use: stop what uses it, or choose another (0 takes any free one)'
        : cause instanceof Error
          ? cause.message
          : String(cause)
    super(`cannot listen on ${host}:${port}: ${reason}`, { cause })
    this.name = 'ListenError'
  }
}

// Clients keep connections for reuse; closing one early races with the request that is about to use it.
const KEEP_ALIVE_MS = 120_000
const BACKLOG = 4096

/**
 * Starts a simulator and resolves once it answers requests.
 * Throws ZodError for options that are wrong and ListenError where the address is not to be had.
 *
 * @example
 * const simulator = await startSimulator({ port: 0 })
 * await fetch(`${simulator.url}/v1/models`)
 * await simulator.close()
 */
export async function startSimulator(input: SimulatorOptionsInput = {}): Promise<RunningSimulator> {
  const options = SimulatorOptions.parse(input)
  const counter = await TokenCounter.start()
  const engine = new Engine(options.engine, createRandom(`engine ${options.seed}`))
  const driver = new EngineDriver(engine, systemClock)
  const traces = new TraceStore(options.traceCapacity)
  const defaultModel = options.models[0] ?? 'simulator'
  let requests = 0
  const router = createRouter(
    {
      options,
      defaultModel,
      engine,
      driver,
      counter,
      metrics: new VllmMetrics(defaultModel),
      traces,
      faultRandom: createRandom(`faults ${options.seed}`),
      nextRequestNumber: () => requests++,
      startedAtS: Math.floor(Date.now() / 1000),
    },
    (error) => console.error('llm-simulator:', error),
  )
  const server = createServer({ noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS }, router)
  try {
    const port = await listen(server, options.host, options.port)
    const host = options.host.includes(':') ? `[${options.host}]` : options.host
    const close = async () => {
      driver.close()
      await closeServer(server)
      await counter.close()
    }
    return { url: `http://${host}:${port}`, port, trace: (id) => traces.find(id), close }
  } catch (error) {
    await counter.close()
    throw error
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port, backlog: BACKLOG })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ListenError(host, port, error)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
