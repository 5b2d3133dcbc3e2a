/** Rank of each token by its bytes, one character (0-255) a byte. Lower ranks merge first. */
export type TokenRanks = ReadonlyMap<string, number>

const POSITION_SPAN = 2 ** 32

/** A binary min-heap of numbers. */
class MinHeap {
  readonly #items: number[] = []

  push(item: number): void {
    const items = this.#items
    let child = items.length
    items.push(item)
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = items[parent] ?? 0
      if (above <= item) break
      items[child] = above
      child = parent
    }
    items[child] = item
  }

  pop(): number | undefined {
    const items = this.#items
    const least = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return least
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= items.length) break
      if ((items[child + 1] ?? Infinity) < (items[child] ?? Infinity)) child += 1
      const below = items[child] ?? Infinity
      if (below >= last) break
      items[parent] = below
      parent = child
    }
    items[parent] = last
    return least
  }
}

/**
 * Counts the tokens byte-pair encoding makes of one piece (bytes as characters 0-255): the pair of lowest rank merges first, the
 * leftmost on a tie. The heap keeps it O(n log n), where scanning for each merge is quadratic and takes
 * most of a minute on 20,000 equal letters.
 */
export function countMergedTokens(piece: string, ranks: TokenRanks): number {
  const length = piece.length
  if (length <= 1 || ranks.has(piece)) return Math.min(length, 1)
  const next = new Uint32Array(length + 1)
  const previous = new Int32Array(length + 1)
  const pairRank = new Float64Array(length).fill(-1)
  const heap = new MinHeap()
  const offer = (start: number): void => {
    const middle = next[start] ?? length
    const rank = middle >= length ? undefined : ranks.get(piece.slice(start, next[middle]))
    pairRank[start] = rank ?? -1
    if (rank !== undefined) heap.push(rank * POSITION_SPAN + start)
  }
  for (let i = 0; i <= length; i++) {
    next[i] = Math.min(i + 1, length)
    previous[i] = i - 1
  }
  for (let i = 0; i < length - 1; i++) offer(i)
  let tokens = length
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const start = entry % POSITION_SPAN
    // Entries are not removed when a neighbour merges: one that no longer fits is passed over here.
    if (pairRank[start] !== (entry - start) / POSITION_SPAN) continue
    const absorbed = next[start] ?? length
    const after = next[absorbed] ?? length
    next[start] = after
    previous[after] = start
    pairRank[absorbed] = -1
    tokens -= 1
    offer(start)
    const before = previous[start] ?? -1
    if (before >= 0) offer(before)
  }
  return tokens
}
