/** Items prepared at once, fewer when they are long: taking them over is a pause in the load. */
const BATCH = 32
const BATCH_TOKENS = 16_384
/** Items kept ready: a level of at most this many requests has all of them before it starts. */
export const MAX_AHEAD = 2000
const MAX_AHEAD_TOKENS = 4_000_000
/** Used items are let go in blocks: taking each from the front would move all the rest. */
const BLOCK = 64

/** Where an AheadQueue's items come from. */
export type ItemSource<T> = {
  /** Called once, first. */
  open(): Promise<{
    /** How many items there are; infinity when they never end. */ count: number
    meanTokens: number
  }>
  /** The items from `first` on, `count` of them. */
  items(first: number, count: number): Promise<T[]>
}

/** Items prepared ahead of their use, in batches, off the timing thread. */
export class AheadQueue<T> {
  readonly #source: ItemSource<T>
  readonly #reserve: number
  readonly #ready: T[] = []
  readonly #waiting: { resolve: (item: T) => void; reject: (error: Error) => void }[] = []
  #plan: { left: number; ahead: number; batch: number } | null = null
  #asked = 0
  #used = 0
  #filling: Promise<void> | null = null
  #failure: Error | null = null

  /** @param reserve items that the load may need at once; more are kept ready when they are short */
  constructor(source: ItemSource<T>, reserve: number) {
    this.#source = source
    this.#reserve = reserve
  }

  /** Resolves when so many items, or all that may be kept ready, are, or when the signal aborts. */
  async prefill(count: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#failure && this.#hasRoom(count)) await this.#fill()
    if (this.#failure) throw this.#failure
  }

  /** The next item, or null when none is ready. */
  take(): T | null {
    // Far below its mark the store is topped up, while the requests go on.
    if (this.#ready.length - this.#used < (this.#plan?.ahead ?? 1) / 2) void this.#topUp()
    const item = this.#ready[this.#used]
    if (item === undefined) return null
    if (++this.#used >= BLOCK) {
      this.#ready.splice(0, this.#used)
      this.#used = 0
    }
    return item
  }

  /** The next item, waited for. Rejects when there is none and will be none. */
  next(): Promise<T> {
    const item = this.take()
    if (item !== null) return Promise.resolve(item)
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#plan?.left === 0 && !this.#filling)
      return Promise.reject(new Error('there are no more requests'))
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  #hasRoom(count = Number.POSITIVE_INFINITY): boolean {
    if (this.#plan === null) return count > 0
    const ready = this.#ready.length - this.#used
    return this.#plan.left > 0 && ready < Math.min(count, this.#plan.ahead)
  }

  async #topUp(): Promise<void> {
    while (!this.#filling && !this.#failure && this.#hasRoom()) await this.#fill()
  }

  async #fill(): Promise<void> {
    this.#filling ??= this.#prepare().then(
      (items) => {
        this.#filling = null
        for (const item of items) this.#ready.push(item)
        this.#serve()
      },
      (error: unknown) => {
        this.#filling = null
        this.#fail(error instanceof Error ? error : new Error(String(error)))
      },
    )
    await this.#filling
  }

  async #prepare(): Promise<T[]> {
    this.#plan ??= await this.#open()
    const count = Math.min(this.#plan.batch, this.#plan.left)
    if (count === 0) return []
    const items = await this.#source.items(this.#asked, count)
    this.#plan.left -= count
    this.#asked += count
    return items
  }

  async #open() {
    const { count, meanTokens } = await this.#source.open()
    const ahead = Math.min(Math.max(MAX_AHEAD, this.#reserve), Math.ceil(MAX_AHEAD_TOKENS / meanTokens))
    const batch = Math.min(BATCH, Math.ceil(BATCH_TOKENS / meanTokens))
    return { left: count, ahead, batch }
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const item = this.take()
      if (item === null) break
      this.#waiting.shift()?.resolve(item)
    }
    if (this.#plan?.left === 0) this.#refuseWaiting(new Error('there are no more requests'))
  }

  #fail(error: Error): void {
    this.#failure = error
    this.#refuseWaiting(error)
  }

  #refuseWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
