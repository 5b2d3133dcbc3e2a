import { RunId } from '@llm-loadtest/schema'
import { z } from 'zod'

const Position = z.tuple([z.int().min(0), RunId])
export type Cursor = { createdAtMs: number; runId: string }

/** An opaque text for the position after a run in the history. */
export function encodeCursor(cursor: Cursor): string {
  const json = JSON.stringify([cursor.createdAtMs, cursor.runId])
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** What `encodeCursor` made, or null when the text is not one. */
export function decodeCursor(text: string): Cursor | null {
  let json: unknown
  try {
    json = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return null
  }
  const position = Position.safeParse(json)
  return position.success ? { createdAtMs: position.data[0], runId: position.data[1] } : null
}
