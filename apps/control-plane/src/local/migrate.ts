import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Client, createClient, LibsqlBatchError } from '@libsql/client/web'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { z } from 'zod'

import {
  DatabaseNewerError,
  MigrationChangedError,
  MigrationFailedError,
  MigrationsUnreadableError,
} from './errors.ts'

const AppliedMigration = z.object({ hash: z.string(), created_at: z.coerce.number() })
type AppliedMigration = z.infer<typeof AppliedMigration>

const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) })

interface Migration {
  /** The name of its SQL file, without the extension. */
  tag: string
  /** When it was generated, in milliseconds since 1970; also its identity once applied. */
  when: number
  /** SHA-256 of the SQL file, in hex. */
  hash: string
  statements: string[]
}

export interface MigrateOptions {
  /** The database's http: address. */
  url: string
  authToken: string
  /** The folder drizzle-kit writes: SQL files, and meta/_journal.json. */
  migrationsFolder: string
}

/**
 * Brings a database up to date, each migration in a transaction of its own, recorded in the table drizzle-kit
 * uses. Returns how many were applied. Throws DatabaseNewerError or MigrationChangedError before it changes
 * anything, and MigrationFailedError when one was rolled back; calling again goes on from there.
 */
export async function migrateDatabase({ url, authToken, migrationsFolder }: MigrateOptions): Promise<number> {
  const migrations = readMigrations(migrationsFolder)
  const client = createClient({ url, authToken })
  try {
    await client.execute(
      'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
    )
    const { rows } = await client.execute('SELECT hash, created_at FROM __drizzle_migrations')
    const applied = z.array(AppliedMigration).parse(rows.map((row) => ({ ...row })))
    refuseForeignHistory(migrations, applied)
    const known = new Set(applied.map(({ hash }) => hash))
    const pending = migrations.filter(({ hash }) => !known.has(hash))
    for (const migration of pending) await apply(client, migration)
    return pending.length
  } finally {
    client.close()
  }
}

function readMigrations(folder: string): Migration[] {
  try {
    const journal = Journal.parse(JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')))
    const files = readMigrationFiles({ migrationsFolder: folder })
    return journal.entries.flatMap(({ tag, when }, index) => {
      const file = files[index]
      if (file === undefined) return []
      return [{ tag, when, hash: file.hash, statements: file.sql.filter((sql) => sql.trim() !== '') }]
    })
  } catch (error) {
    throw new MigrationsUnreadableError(folder, error)
  }
}

function refuseForeignHistory(migrations: Migration[], applied: AppliedMigration[]): void {
  const hashes = new Set(migrations.map(({ hash }) => hash))
  const unknown = applied.filter(({ hash }) => !hashes.has(hash))
  for (const { created_at } of unknown) {
    const edited = migrations.find(({ when }) => when === created_at)
    if (edited !== undefined) throw new MigrationChangedError(edited.tag)
  }
  if (unknown.length > 0) throw new DatabaseNewerError(unknown.length)
}

async function apply(client: Client, { tag, when, hash, statements }: Migration): Promise<void> {
  const record = {
    sql: 'INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)',
    args: [hash, when],
  }
  try {
    await client.migrate([...statements, record])
  } catch (error) {
    const place = error instanceof LibsqlBatchError ? `${tag}, statement ${error.statementIndex + 1},` : tag
    throw new MigrationFailedError(place, error)
  }
}
