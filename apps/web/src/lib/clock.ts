import { type Accessor, createSignal } from 'solid-js'
import { createPolling } from './poll.ts'

/** The current Unix time in ms, renewed while the page is visible. */
export function createClock(everyMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now())
  createPolling(() => setNow(Date.now()), everyMs)
  return now
}
