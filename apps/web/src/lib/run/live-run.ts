import { watchRun } from '@llm-loadtest/client'
import { ViewerMessage } from '@llm-loadtest/schema'
import { createEffect, createSignal, onCleanup } from 'solid-js'
import { api } from '../api.ts'
import { applyMessage, EMPTY_FEED, type RunFeed } from './run-feed.ts'
import { isLive } from './status.ts'

/** How a run is followed now: over its WebSocket, or by asking while that cannot be had. */
export type FeedState = 'connecting' | 'live' | 'polling' | 'closed'

const POLL_MS = 3000

/** The run and its finished levels by plain requests; the progress within a level comes over the WebSocket alone. */
async function pollOnce(runId: string, take: (change: (feed: RunFeed) => RunFeed) => void): Promise<void> {
  const run = await api.run(runId)
  const { results } = await api.result(runId)
  take((feed) => ({ ...feed, run, levels: results }))
}

/** Follows a run for as long as the component lives, and starts anew when its id changes. */
export function createLiveRun(runId: () => string) {
  const [feed, setFeed] = createSignal<RunFeed>(EMPTY_FEED)
  const [state, setState] = createSignal<FeedState>('connecting')

  function follow(id: string): () => void {
    let timer: ReturnType<typeof setInterval> | undefined
    const poll = (): void => {
      pollOnce(id, setFeed)
        .then(() => {
          const run = feed().run
          if (run && !isLive(run.status)) watch.close()
        })
        .catch((error: unknown) => console.debug('The run could not be asked for; it is tried again', error))
    }
    const watch = watchRun<ViewerMessage>({
      baseUrl: '',
      runId: id,
      parse: (message) => ViewerMessage.parse(message),
      onMessage: (message) => setFeed((current) => applyMessage(current, message)),
      onError: (error) => console.error('A live message could not be understood', error),
      onState: (next) => {
        clearInterval(timer)
        setState(next === 'reconnecting' ? 'polling' : next)
        if (next === 'reconnecting') timer = setInterval(poll, POLL_MS)
      },
    })
    return () => {
      clearInterval(timer)
      watch.close()
    }
  }

  createEffect(() => {
    setFeed(EMPTY_FEED)
    onCleanup(follow(runId()))
  })
  return { feed, state }
}
