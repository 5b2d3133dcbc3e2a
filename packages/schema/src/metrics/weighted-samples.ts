/** Samples that each belong to a request and stand for one or more equal ones, such as the tokens of one event. */
export type WeightedSamples = {
  /** Ascending. */
  values: Float64Array
  /** Of each value: the index of its request, and how many equal samples it stands for. */
  owners: Int32Array
  counts: Int32Array
  /** Of each request: how many samples it has. */
  totals: Int32Array
}

/**
 * Samples in the order of their values.
 * @param requests how many requests there are; owners are below
 */
export function weightedSamples(
  samples: readonly { value: number; owner: number; count: number }[],
  requests: number,
): WeightedSamples {
  const sorted = [...samples].sort((a, b) => a.value - b.value)
  const totals = new Int32Array(requests)
  for (const { owner, count } of sorted) totals[owner] = (totals[owner] ?? 0) + count
  return {
    values: Float64Array.from(sorted, ({ value }) => value),
    owners: Int32Array.from(sorted, ({ owner }) => owner),
    counts: Int32Array.from(sorted, ({ count }) => count),
    totals,
  }
}

/**
 * A percentile of the samples when request i was drawn `drawn[i]` times: by linear interpolation, as `percentile` of the
 * samples written out as often as they were drawn. NaN when none was.
 * @param percent 0 to 100
 */
export function drawnPercentile(
  { values, owners, counts, totals }: WeightedSamples,
  drawn: Int32Array,
  percent: number,
): number {
  let total = 0
  for (let i = 0; i < totals.length; i++) total += (drawn[i] ?? 0) * (totals[i] ?? 0)
  if (total === 0) return Number.NaN
  const rank = ((total - 1) * percent) / 100
  const below = Math.floor(rank)
  // Walked from the top, of which a high percentile needs little: `left` samples are at or below value i.
  let left = total
  let above = Number.NaN
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i] ?? Number.NaN
    const next = left - (drawn[owners[i] ?? 0] ?? 0) * (counts[i] ?? 0)
    if (next <= below + 1 && below + 1 < left) above = value
    if (next <= below && below < left) {
      return rank === below ? value : value + (above - value) * (rank - below)
    }
    left = next
  }
  return Number.NaN
}
