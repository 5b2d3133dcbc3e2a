import { type SQL, sql } from 'drizzle-orm'

/** Positions a millisecond has: more than runs that can be stored in one. The product stays exact until 2109. */
const POSITIONS_PER_MS = 2048

/** The first position of a moment (Unix ms): runs created at it or later have this one or a higher one. */
export function positionAt(createdAtMs: number): number {
  return createdAtMs * POSITIONS_PER_MS
}

/** The next free position for a run created at a moment (Unix ms). */
export function nextPosition(createdAtMs: number): SQL<number> {
  const first = positionAt(createdAtMs)
  const last = positionAt(createdAtMs + 1)
  return sql<number>`max(${first}, 1 + coalesce((select max(position) from runs where position < ${last}), -1))`
}
