import { type SQL, sql } from 'drizzle-orm'
import { integer, sqliteTable } from 'drizzle-orm/sqlite-core'

/**
 * The index of the runs' names, models, servers, tags and ids: an FTS5 table of trigrams, which drizzle cannot describe.
 * Its rowid is the run's position; triggers on `runs` keep it.
 */
export const runSearch = sqliteTable('run_search', { position: integer('rowid').notNull() })

/** Fewer letters than this make no trigram. */
const TRIGRAM_LENGTH = 3

/** A text as a string of FTS5's query language. */
const phrase = (text: string) => `"${text.replaceAll('"', '""')}"`

/** The positions of the runs that contain the text, in any case of its letters. */
export function containsText(text: string): SQL {
  if ([...text].length >= TRIGRAM_LENGTH) return sql`run_search match ${phrase(text)}`
  // Every letter begins a trigram, so the trigrams that begin with a short text are where it stands.
  const first = text.toLowerCase()
  return sql`run_search match (
    select coalesce(group_concat('"' || replace(term, '"', '""') || '"', ' or '), '""') from run_search_terms
    where term >= ${first} and term <= ${first} || char(1114111))`
}
