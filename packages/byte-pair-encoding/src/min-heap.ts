/** A binary min-heap of numbers. */
export class MinHeap {
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
      if ((items[child + 1] ?? Number.POSITIVE_INFINITY) < (items[child] ?? Number.POSITIVE_INFINITY)) child++
      const below = items[child] ?? Number.POSITIVE_INFINITY
      if (below >= last) break
      items[parent] = below
      parent = child
    }
    items[parent] = last
    return least
  }
}
