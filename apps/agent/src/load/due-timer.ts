import { setImmediate as nextTurn } from 'node:timers/promises'

/** A timer fires a millisecond or more late, so it is set this much early and the clock polled from there. */
const EARLY_MS = 1.2
/** A turn of the event loop shorter than this had nothing in it but the poll. */
const IDLE_TURN_MS = 0.05
/** Slots that are overdue are sent in a burst, but responses must be read in between. */
const MAX_BURST = 64

/** Waits for absolute times with an error well below a millisecond on an idle event loop. */
export class DueTimer {
  idlePollMs = 0
  #burst = 0

  /** Resolves once performance.now() has reached `due`, or when the signal aborts. */
  async until(due: number, signal: AbortSignal): Promise<void> {
    let now = performance.now()
    if (now >= due) {
      if (++this.#burst >= MAX_BURST) {
        this.#burst = 0
        await nextTurn()
      }
      return
    }
    this.#burst = 0
    if (due - now > EARLY_MS + 1) {
      await sleep(due - now - EARLY_MS, signal)
      now = performance.now()
    }
    while (now < due && !signal.aborted) {
      await nextTurn()
      const after = performance.now()
      if (after - now < IDLE_TURN_MS) this.idlePollMs += after - now
      now = after
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, Math.floor(ms))
    signal.addEventListener('abort', wake, { once: true })
    if (signal.aborted) wake()
  })
}
