import type { LevelResult, RequestLogEntry, RunProgress, RunView, ViewerMessage } from '@llm-loadtest/schema'
import { type GpuFeed, withSamples } from './gpu-feed.ts'
import { thin } from './thin.ts'

/** Requests the live log keeps, newest first. */
export const LOG_LENGTH = 100

/** A run as a viewer knows it. */
export type RunFeed = {
  run: RunView | null
  history: readonly RunProgress[]
  levels: readonly LevelResult[]
  log: readonly RequestLogEntry[]
  /** null while no GPU has been sampled. */
  gpu: GpuFeed | null
}

export const EMPTY_FEED: RunFeed = { run: null, history: [], levels: [], log: [], gpu: null }

function withLevel(levels: readonly LevelResult[], next: LevelResult): readonly LevelResult[] {
  return [...levels.filter((level) => level.index !== next.index), next].sort((a, b) => a.index - b.index)
}

function withProgress(history: readonly RunProgress[], next: RunProgress): readonly RunProgress[] {
  const last = history.at(-1)
  // After a reconnect the snapshot may already hold what is sent again.
  if (last && next.at_ms <= last.at_ms) return history
  return thin([...history, next])
}

/** What the feed becomes with one more message. A snapshot replaces all but the log, so a lost connection leaves no gap. */
export function applyMessage(feed: RunFeed, message: ViewerMessage): RunFeed {
  switch (message.type) {
    case 'snapshot':
      return {
        ...feed,
        run: message.run,
        history: thin(message.history),
        levels: message.levels,
        gpu: message.gpu && withSamples(null, message.gpu),
      }
    case 'progress': {
      const { type: _, status, ...progress } = message
      return {
        ...feed,
        run: feed.run && { ...feed.run, status },
        history: withProgress(feed.history, progress),
      }
    }
    case 'request_log': {
      const newestFirst = [...message.entries].reverse()
      return { ...feed, log: [...newestFirst, ...feed.log].slice(0, LOG_LENGTH) }
    }
    case 'level_result':
      return { ...feed, levels: withLevel(feed.levels, message.result) }
    case 'gpu':
      return { ...feed, gpu: withSamples(feed.gpu, message) }
    case 'completed':
    case 'failed':
    case 'cancelled':
      return { ...feed, run: message.run }
    default:
      message satisfies never
      return feed
  }
}
