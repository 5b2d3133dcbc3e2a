const MS_PER_SECOND = 1000

/** How many events each second saw, to the millisecond, of whatever order they come in. */
export class EventCounts {
  /** Counts of each millisecond, in blocks of a second each. */
  readonly #blocks = new Map<number, Uint32Array>()

  /** @param atMs at or after 0 */
  add(atMs: number): void {
    const second = Math.floor(atMs / MS_PER_SECOND)
    const block = this.#blocks.get(second) ?? new Uint32Array(MS_PER_SECOND)
    this.#blocks.set(second, block)
    const index = Math.floor(atMs) - second * MS_PER_SECOND
    block[index] = (block[index] ?? 0) + 1
  }

  /** Most events in one second, the seconds counted from `startMs`; null without events. */
  peakPerSecond(startMs: number): number | null {
    const origin = Math.floor(startMs)
    const seconds = new Map<number, number>()
    for (const [second, block] of this.#blocks) {
      for (const [index, events] of block.entries()) {
        if (events === 0) continue
        const since = Math.floor((second * MS_PER_SECOND + index - origin) / MS_PER_SECOND)
        seconds.set(since, (seconds.get(since) ?? 0) + events)
      }
    }
    let peak: number | null = null
    for (const events of seconds.values()) peak = Math.max(peak ?? 0, events)
    return peak
  }
}

/** Most spans [start, end) that lie over one another; one that ends as another starts is not at once with it. */
export function mostAtOnce(starts: readonly number[], ends: readonly number[]): number {
  const begin = Float64Array.from(starts).sort()
  const end = Float64Array.from(ends).sort()
  let ended = 0
  let most = 0
  for (const [started, at] of begin.entries()) {
    while ((end[ended] ?? Number.POSITIVE_INFINITY) <= at) ended++
    most = Math.max(most, started + 1 - ended)
  }
  return most
}
