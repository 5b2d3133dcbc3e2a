/** Draws from [0, 1). */
export type Random = () => number

/** Spreads a seed's bits; successive calls give independent words. Source: splitmix32. */
function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

/**
 * A seeded generator; the same seeds give the same draws on every machine. Source: sfc32 of PractRand.
 * @param seeds integers; each one changes the whole sequence
 */
export function createRandom(...seeds: number[]): Random {
  let [a, b, c, counter] = [0, 0, 0, 1]
  for (const seed of seeds) {
    const word = splitmix32(seed ^ a)
    a = word() ^ b
    b = word() ^ c
    c ^= word()
  }
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** A draw from the standard normal distribution. Source: Box and Muller (1958). */
export function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
