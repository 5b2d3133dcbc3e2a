import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '@libsql/client'
import { createClient } from '@libsql/client/web'
import { drizzle } from 'drizzle-orm/libsql/web'
import Database from 'libsql'
import { afterAll, beforeAll } from 'vitest'
import { z } from 'zod'
import type { Db } from '../db/client.ts'
import { type HranaServer, startHranaServer } from '../local/hrana/server.ts'
import { migrateDatabase } from '../local/migrate.ts'

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../drizzle', import.meta.url))
const TOKEN = 'the-token-of-this-test'

const PlanStep = z.object({ detail: z.string() })

/** A migrated database of the test file's own, and the statements that were sent to it. */
export class TestDatabase {
  readonly sent: string[] = []
  #path = ''
  #server: HranaServer | undefined
  #client: Client | undefined

  get client(): Client {
    if (!this.#client) throw new Error('the database has not been started')
    return this.#client
  }

  get db(): Db {
    return drizzle(this.#recording())
  }

  async start(folder: string): Promise<void> {
    this.#path = join(folder, 'test.db')
    this.#server = await startHranaServer({ path: this.#path, token: TOKEN })
    const { url } = this.#server
    await migrateDatabase({ url, authToken: TOKEN, migrationsFolder: MIGRATIONS_FOLDER })
    this.#client = createClient({ url, authToken: TOKEN })
  }

  /** The steps of a statement's query plan, asked on a connection of its own: the library leaves an EXPLAIN in progress. */
  planOf(sql: string): string[] {
    const connection = new Database(this.#path)
    try {
      const parameters = Array.from(sql.matchAll(/\?/g), () => null)
      const steps = connection.prepare(`explain query plan ${sql}`).all(parameters)
      return z
        .array(PlanStep)
        .parse(steps)
        .map(({ detail }) => detail)
    } finally {
      connection.close()
    }
  }

  async close(): Promise<void> {
    this.client.close()
    await this.#server?.close()
  }

  #recording(): Client {
    const note = (statement: unknown) => {
      if (typeof statement === 'object' && statement !== null && 'sql' in statement) {
        this.sent.push(String(statement.sql))
      }
    }
    return new Proxy(this.client, {
      get(client, name) {
        const value: unknown = Reflect.get(client, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          for (const statement of [given[0]].flat()) note(statement)
          return value.apply(client, given)
        }
      },
    })
  }
}

/** A database that is there for the tests of the file this is called in. */
export function useDatabase(): TestDatabase {
  const database = new TestDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'database-'))
  beforeAll(() => database.start(folder))
  afterAll(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  return database
}
