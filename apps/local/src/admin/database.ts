import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startHranaServer } from '@llm-loadtest/control-plane/database'

/** Where the database answers; the token is a secret. */
export type DatabaseAddress = { url: string; authToken: string }

/**
 * Gives `use` the database of `LIBSQL_URL` (with `LIBSQL_AUTH_TOKEN`), or else that of the data folder, which a running
 * control plane may have open at the same time.
 * @throws Error when the folder holds no database
 */
export async function withDatabase<T>(
  environment: Readonly<Record<string, string | undefined>>,
  use: (address: DatabaseAddress) => Promise<T>,
): Promise<T> {
  const url = environment['LIBSQL_URL']
  if (url) return use({ url, authToken: environment['LIBSQL_AUTH_TOKEN'] ?? '' })
  const dataDir = resolve(environment['DATA_DIR'] || '.data')
  const path = join(dataDir, 'llm-loadtest.db')
  if (!existsSync(path)) {
    throw new Error(
      `There is no database in ${dataDir}. Set DATA_DIR to the control plane's folder, or LIBSQL_URL.`,
    )
  }
  const token = randomBytes(32).toString('base64url')
  const server = await startHranaServer({ path, token })
  try {
    return await use({ url: server.url, authToken: token })
  } finally {
    await server.close()
  }
}
