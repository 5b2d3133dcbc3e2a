/** A stored request batch: its number, and how many records it has. */
export type BatchSize = { seq: number; count: number }

/** A batch that is read, and whether it is the next after the one read before. */
export type ChosenBatch = { seq: number; follows: boolean }

/** Batches evenly over all of them, in their order, of about `limit` records together: all, when they are no more. */
export function chooseBatches(batches: readonly BatchSize[], limit: number): ChosenBatch[] {
  const total = batches.reduce((sum, { count }) => sum + count, 0)
  const share = Math.min(1, limit / Math.max(1, total))
  const chosen: ChosenBatch[] = []
  let [seen, taken, last] = [0, 0, -1]
  for (const [i, { seq, count }] of batches.entries()) {
    seen += count
    // Whole batches only: one is taken whenever those before fall short of the share by half of it or more.
    if (seen * share - taken < count / 2) continue
    chosen.push({ seq, follows: last === i - 1 })
    taken += count
    last = i
  }
  return chosen
}
