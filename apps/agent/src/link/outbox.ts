import type { RunSpool } from '../spool/run-spool.ts'
import type { Session } from './session.ts'

/** Most that is sent and not yet acknowledged, bytes: a long spool must not flood the control plane. */
const WINDOW_BYTES = 4 * 1024 * 1024

/** A control plane that closes the connection for one event so many times in a row will never take it. */
const MAX_REFUSALS = 3

type Sending = {
  spool: RunSpool
  sentSeq: number
  /** What up to this one is not acknowledged may be what a connection was closed for. */
  doubtfulSeq: number
  /** How often a connection was closed while this event alone was under way. */
  refused: { seq: number; times: number }
}

/** Sends the runs' events over the current connection in order, as far as acknowledgements allow. */
export class Outbox {
  readonly #runs = new Map<string, Sending>()
  readonly #onFailure: (error: unknown) => void
  #session: Session | null = null
  #pumping = false
  #again = false

  /** @param onFailure told when a spool cannot be read */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** Takes on a run; its events are sent from the first that is not acknowledged. */
  add(runId: string, spool: RunSpool): void {
    const refused = { seq: 0, times: 0 }
    this.#runs.set(runId, { spool, sentSeq: spool.ackedSeq, doubtfulSeq: 0, refused })
    this.pump()
  }

  remove(runId: string): void {
    this.#runs.delete(runId)
  }

  /** Starts over on a new connection, or stops sending when there is none. */
  attach(session: Session | null): void {
    this.#session = session
    for (const run of this.#runs.values()) run.sentSeq = run.spool.ackedSeq
    this.pump()
  }

  /**
   * The connection was closed for what was sent on it: call it before the next is attached. What was under way goes
   * one event at a time from then on, until it is clear which it was.
   * @returns the run whose next event will never be taken; null as long as there is none
   */
  refused(): string | null {
    const underWay = [...this.#runs].filter(([, { spool, sentSeq }]) => sentSeq > spool.ackedSeq)
    for (const [, run] of underWay) run.doubtfulSeq = Math.max(run.doubtfulSeq, run.sentSeq)
    const [only] = underWay
    if (!only || underWay.length > 1) return null
    const [runId, run] = only
    const seq = run.spool.ackedSeq + 1
    if (run.sentSeq !== seq) return null
    run.refused = { seq, times: run.refused.seq === seq ? run.refused.times + 1 : 1 }
    return run.refused.times >= MAX_REFUSALS ? runId : null
  }

  /** Sends what may be sent: called when there is something new or an acknowledgement came. */
  pump(): void {
    if (this.#pumping) {
      this.#again = true
      return
    }
    this.#pumping = true
    this.#sendAll().catch(this.#onFailure)
  }

  async #sendAll(): Promise<void> {
    try {
      do {
        this.#again = false
        for (const run of this.#runs.values()) await this.#sendRun(run)
      } while (this.#again)
    } finally {
      // In the same turn as the last look at #again: a call in between would be lost.
      this.#pumping = false
    }
  }

  async #sendRun(run: Sending): Promise<void> {
    const session = this.#session
    while (session?.isOpen && run.sentSeq < run.spool.lastSeq) {
      const seq = run.sentSeq + 1
      const waiting = this.#unacknowledgedBytes()
      const alone = this.#inDoubt() || waiting + run.spool.bytesOf(seq) > WINDOW_BYTES
      if (waiting > 0 && alone) return
      const text = await run.spool.read(seq)
      // A reconnect or an acknowledgement while the disk was read has changed what comes next.
      if (session !== this.#session || !session.isOpen || run.sentSeq !== seq - 1) {
        this.#again = true
        return
      }
      session.sendText(text)
      run.sentSeq = seq
    }
  }

  #inDoubt(): boolean {
    for (const { spool, doubtfulSeq } of this.#runs.values()) if (spool.ackedSeq < doubtfulSeq) return true
    return false
  }

  #unacknowledgedBytes(): number {
    let bytes = 0
    for (const { spool, sentSeq } of this.#runs.values()) {
      for (let seq = spool.ackedSeq + 1; seq <= sentSeq; seq++) bytes += spool.bytesOf(seq)
    }
    return bytes
  }
}
