/** Points of a live chart that are kept; every other older one goes when there are more. */
export const HISTORY_LENGTH = 7200

/** Halves the older part of a long history, so that an hours-long run stays light and its newest minutes exact. */
export function thin<Point>(history: readonly Point[]): readonly Point[] {
  if (history.length <= HISTORY_LENGTH) return history
  const exactFrom = history.length - HISTORY_LENGTH / 4
  return history.filter((_, i) => i >= exactFrom || i % 2 === 0)
}
