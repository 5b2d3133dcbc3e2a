/** Uniform 32-bit integers from a seed; the same seed gives the same ones everywhere. Source: splitmix32. */
export function seededIntegers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** A seed from a text. Source: FNV-1a, 32 bits. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/**
 * Resamples of `count` requests in their order: `visit` gets, for each, how often every request was drawn. Whole blocks
 * of ∛count neighbours are drawn, with replacement, so that what neighbours share (a batch, a stall) counts as noise.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), 8.6; blocks wrap around as of Politis and
 * Romano (1992).
 * @param seed the same text gives the same resamples
 */
export function resample(
  { count, replicates, seed }: { count: number; replicates: number; seed: string },
  visit: (drawn: Int32Array, replicate: number) => void,
): void {
  const next = seededIntegers(seedOf(seed))
  const block = Math.ceil(Math.cbrt(count))
  const drawn = new Int32Array(count)
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawn.fill(0)
    for (let left = count; left > 0; left -= block) {
      const start = next() % count
      const length = Math.min(block, left)
      for (let i = 0; i < length; i++) {
        const at = (start + i) % count
        drawn[at] = (drawn[at] ?? 0) + 1
      }
    }
    visit(drawn, replicate)
  }
}
