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
  /** Most output tokens it asked for; 0 of one that was never sent. */
  maxTokens: number
  exchange: Exchange
}
