import { fileURLToPath } from 'node:url'
import { migrateDatabase } from '@llm-loadtest/control-plane/database'
import { Command } from 'commander'
import { withDatabase } from './database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../../drizzle', import.meta.url))

/** `migrate`: what `npm start` does by itself, for a database that a deployed worker uses. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database up to date; run it before a newer worker is deployed')
    .action(async () => {
      const applied = await withDatabase(process.env, ({ url, authToken }) =>
        migrateDatabase({ url, authToken, migrationsFolder: MIGRATIONS }),
      )
      process.stdout.write(
        applied === 0 ? 'The database is up to date.\n' : `${applied} migration(s) applied.\n`,
      )
    })
}
