const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000
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

/**
 * Watches a run live and reconnects with a growing delay until the run ends or `close` is called. Each
 * connection begins with a `snapshot`, so nothing is missed over a break.
 * @example
 * const watch = watchRun({ baseUrl: '', runId, parse: (m) => ViewerMessage.parse(m), onMessage: draw })
 */
export function watchRun<M>(options: RunWatch<M>): { close(): void } {
  const { baseUrl, runId, parse, onMessage, onState, onError } = options
  const url = socketUrl(baseUrl, runId)
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let ended = false

  const end = () => {
    if (ended) return
    ended = true
    clearTimeout(timer)
    onState?.('closed')
  }
  const receive = (event: MessageEvent<unknown>) => {
    let message: M
    try {
      message = parse(JSON.parse(String(event.data)))
    } catch (error) {
      onError?.(error)
      return
    }
    onMessage(message)
  }
  const connect = () => {
    socket = new WebSocket(url)
    socket.addEventListener('open', () => {
      attempt = 0
      onState?.('live')
    })
    socket.addEventListener('message', (event) => {
      if (!ended) receive(event)
    })
    socket.addEventListener('close', (event) => {
      if (event.code === NORMAL_CLOSURE) end()
      if (ended) return
      onState?.('reconnecting')
      timer = setTimeout(connect, delayMs(attempt++))
    })
  }

  onState?.('connecting')
  connect()
  return {
    close() {
      end()
      socket?.close(NORMAL_CLOSURE)
    },
  }
}
