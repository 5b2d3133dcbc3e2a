/**
 * Splits a total over parts in proportion to their weights, in whole numbers that add up to it: the largest
 * remainders get what rounding left over. Equal weights are assumed when all are 0.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (weights.length === 0) return []
  const exact = weights.map((weight) => (sum > 0 ? (total * weight) / sum : total / weights.length))
  const shares = exact.map(Math.floor)
  let rest = total - shares.reduce((a, b) => a + b, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder) {
    if (rest-- <= 0) break
    shares[index] = (shares[index] ?? 0) + 1
  }
  return shares
}
