import type { WorkerEnv } from '../env.ts'

/** The object that holds an agent's socket. */
export function agentLink(env: WorkerEnv, agentId: string) {
  return env.AGENT_LINK.get(env.AGENT_LINK.idFromName(agentId))
}

/** The object that holds a run's viewers. */
export function runChannel(env: WorkerEnv, runId: string) {
  return env.RUN_CHANNEL.get(env.RUN_CHANNEL.idFromName(runId))
}

/** The object that holds the connection to Redis. */
export function redisLink(env: WorkerEnv) {
  return env.REDIS_LINK.get(env.REDIS_LINK.idFromName('redis'))
}

/** The object that gathers the metrics. */
export function metricsStore(env: WorkerEnv) {
  return env.METRICS_STORE.get(env.METRICS_STORE.idFromName('all'))
}

const NAME_HEADER = 'x-llm-loadtest-name'

/** An upgrade request as it is handed to an object, with the name of what the object stands for. */
export function joinRequest(request: Request, name: string): Request {
  const headers = new Headers(request.headers)
  headers.set(NAME_HEADER, name)
  return new Request(request.url, { headers })
}

/** The name in a request made by `joinRequest`. */
export function joinedName(request: Request): string {
  const name = request.headers.get(NAME_HEADER)
  if (name === null) throw new Error('the upgrade request names no agent or run')
  return name
}
