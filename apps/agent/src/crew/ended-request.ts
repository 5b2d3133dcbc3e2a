import type { Exchange } from '../backends/backend.ts'

/** One request that ended, with what the agent itself knows of it. */
export type EndedRequest = {
  requestId: string
  levelIndex: number
  index: number
  warmup: boolean
  coolDown: boolean
  intendedAt: number | null
  promptTokens: number
  exchange: Exchange
}
