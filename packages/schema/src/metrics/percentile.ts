/**
 * Percentile by linear interpolation between closest ranks: rank = (n − 1) · p / 100.
 * Source: numpy.percentile, method "linear" (its default).
 * @param count how many samples there are, at least one
 * @param at the sample of a rank, 0 to count − 1, in ascending order
 * @param percent 0 to 100
 */
export function percentileAt(
  count: number,
  at: (rank: number) => number | undefined,
  percent: number,
): number {
  const rank = ((count - 1) * percent) / 100
  const below = Math.floor(rank)
  const low = at(below)
  const high = at(Math.min(below + 1, count - 1))
  if (low === undefined || high === undefined) throw new RangeError('percentile of no samples')
  return low + (high - low) * (rank - below)
}

/**
 * As percentileAt, of an array.
 * @param sorted samples in ascending order, at least one
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  return percentileAt(sorted.length, (rank) => sorted[rank], percent)
}
