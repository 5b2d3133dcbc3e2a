/** One of `of` load workers: request i of a level belongs to the worker whose index is i % of. */
export type Share = { index: number; of: number }

/** The share of a worker that is alone. */
export const WHOLE: Share = { index: 0, of: 1 }

/** How many of the numbers 0 … total − 1 belong to a share; over all shares they add up to the total. */
export const shareOf = (total: number, { index, of }: Share): number =>
  Math.max(0, Math.ceil((total - index) / of))
