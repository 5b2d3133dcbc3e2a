import { createClient } from '@libsql/client/web'
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { drizzle } from 'drizzle-orm/libsql/web'

export type Db = LibSQLDatabase

/** Where the database answers, and the token it wants. */
export type DatabaseAddress = { databaseUrl: string; databaseToken: string | undefined }

/**
 * Runs `work` with a database client of its own. A client shared between requests hangs: workerd ties
 * each connection to the request that opened it.
 */
export async function withDb<T>(address: DatabaseAddress, work: (db: Db) => Promise<T>): Promise<T> {
  const client = createClient({
    url: address.databaseUrl,
    ...(address.databaseToken === undefined ? {} : { authToken: address.databaseToken }),
  })
  try {
    return await work(drizzle(client))
  } finally {
    client.close()
  }
}
