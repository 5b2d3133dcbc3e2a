const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000
const PING_INTERVAL_MS = 15_000
/** Nothing heard for this long, not even an answer to a ping: the link is dead, though nobody closed it. */
const SILENCE_LIMIT_MS = 45_000
const NORMAL_CLOSURE = 1000

/** `closed`: the run has ended, or the watch was closed. */
export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'closed'

export type RunWatch<M> = {
  /** Address of the control plane; `''` for the page's own. */
  baseUrl: string
  runId: string
  /** Checks a message's shape; it throws on one it does not know. */
  parse: (message: unknown) => M
  onMessage: (message: M) => void
  onState?: (state: LinkState) => void
  /** A message that cannot be understood: the watch goes on without it. */
  onError?: (error: unknown) => void
}

function socketUrl(baseUrl: string, runId: string): string {
  const page = 'location' in globalThis ? globalThis.location.href : undefined
  const url = new URL(`${baseUrl}/api/v1/benchmark/ws/run/${encodeURIComponent(runId)}`, page)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** Before the n-th attempt in a row (from 0): doubling, with jitter so that viewers do not all return at once. */
function delayMs(attempt: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS)
  return delay * (0.5 + Math.random() / 2)
}

type Events = { open(): void; text(text: string): void; lost(code: number | null): void }

/** One connection, kept alive with pings. `lost` is called once: with a close code, or null when it went silent. */
function connect(url: string, events: Events): { close(): void } {
  const socket = new WebSocket(url)
  let heardAt = performance.now()
  let over = false
  const lose = (code: number | null) => {
    if (over) return
    over = true
    clearInterval(pinging)
    events.lost(code)
  }
  const pinging = setInterval(() => {
    if (performance.now() - heardAt > SILENCE_LIMIT_MS) {
      lose(null)
      socket.close()
    } else if (socket.readyState === WebSocket.OPEN) {
      socket.send('ping')
    }
  }, PING_INTERVAL_MS)
  socket.addEventListener('open', () => {
    // At once, too: workerd leaves a connection half open when it closes one that never said anything.
    socket.send('ping')
    events.open()
  })
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    heardAt = performance.now()
    if (!over && event.data !== 'pong') events.text(String(event.data))
  })
  socket.addEventListener('close', (event) => lose(event.code))
  return {
    close() {
      over = true
      clearInterval(pinging)
      socket.close(NORMAL_CLOSURE)
    },
  }
}

/**
 * Watches a run live and reconnects with a growing delay until the run ends or `close` is called. Each
 * connection begins with a `snapshot`, so nothing is missed over a break.
 * @example
 * const watch = watchRun({ baseUrl: '', runId, parse: (m) => ViewerMessage.parse(m), onMessage: draw })
 */
export function watchRun<M>(options: RunWatch<M>): { close(): void } {
  const { baseUrl, runId, parse, onMessage, onState, onError } = options
  const url = socketUrl(baseUrl, runId)
  let connection: { close(): void } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let ended = false

  const end = () => {
    if (ended) return
    ended = true
    clearTimeout(timer)
    onState?.('closed')
  }
  const receive = (text: string) => {
    let message: M
    try {
      message = parse(JSON.parse(text))
    } catch (error) {
      onError?.(error)
      return
    }
    onMessage(message)
  }
  const events: Events = {
    open() {
      attempt = 0
      onState?.('live')
    },
    text: receive,
    lost(code) {
      if (code === NORMAL_CLOSURE) {
        end()
        return
      }
      onState?.('reconnecting')
      timer = setTimeout(reconnect, delayMs(attempt++))
    },
  }
  function reconnect() {
    connection = connect(url, events)
  }

  onState?.('connecting')
  reconnect()
  return {
    close() {
      end()
      connection?.close()
    },
  }
}
