import { createApp } from './app.ts'
import type { WorkerEnv } from './env.ts'
import { pruneRuns } from './runs/prune-runs.ts'

export { AgentLink } from './objects/agent-link.ts'
export { MetricsStore } from './objects/metrics-store.ts'
export { RedisLink } from './objects/redis-link.ts'
export { RunChannel } from './objects/run-channel.ts'

export default {
  fetch: createApp().fetch,
  /** Once an hour; see `crons` in wrangler.toml. */
  scheduled: (_event, env) => pruneRuns(env),
} satisfies ExportedHandler<WorkerEnv>
