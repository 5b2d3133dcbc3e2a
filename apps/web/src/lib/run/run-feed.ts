import type { LevelResult, RequestLogEntry, RunProgress, RunView, ViewerMessage } from '@llm-loadtest/schema'

/** Requests the live log keeps, newest first. */
export const LOG_LENGTH = 100
/** Progress points kept for the live chart; every other older one goes when there are more. */
export const HISTORY_LENGTH = 7200

/** A run as a viewer knows it. */
export type RunFeed = {
  run: RunView | null
  history: readonly RunProgress[]
  levels: readonly LevelResult[]
  log: readonly RequestLogEntry[]
}

export const EMPTY_FEED: RunFeed = { run: null, history: [], levels: [], log: [] }

/** Halves the older part of a long history, so that an hours-long run stays light and its newest minutes exact. */
export function thin(history: readonly RunProgress[]): readonly RunProgress[] {
  if (history.length <= HISTORY_LENGTH) return history
  const exactFrom = history.length - HISTORY_LENGTH / 4
  return history.filter((_, i) => i >= exactFrom || i % 2 === 0)
}

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
      return { ...feed, run: message.run, history: thin(message.history), levels: message.levels }
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
      return feed
    case 'completed':
    case 'failed':
    case 'cancelled':
      return { ...feed, run: message.run }
    default:
      message satisfies never
      return feed
  }
}
