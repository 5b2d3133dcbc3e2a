import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backupDatabase, restoreDatabase } from '@llm-loadtest/control-plane/database'
import { Command } from 'commander'

const MIGRATIONS = fileURLToPath(new URL('../../../../drizzle', import.meta.url))

/** The embedded database's file. A remote database has means of its own. */
function embeddedDatabase(): string {
  if (process.env['LIBSQL_URL']) {
    throw new Error(
      'This is for the embedded database; LIBSQL_URL is set. Use the means of its server (Turso: `turso db export`), or unset it.',
    )
  }
  return join(resolve(process.env['DATA_DIR'] || '.data'), 'llm-loadtest.db')
}

/** `backup FILE`: a snapshot of the embedded database, also while it is in use. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('write the embedded database into a new file; the control plane may run meanwhile')
    .argument('<file>', 'the file to write; it must not exist')
    .action((file: string) => {
      const bytes = backupDatabase(embeddedDatabase(), resolve(file))
      process.stdout.write(`${file}: ${(bytes / 1024 / 1024).toFixed(1)} MiB\n`)
    })
}

/** `restore FILE`: the backup in the place of all that the embedded database holds, also while it is in use. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'put a backup in the place of all that the embedded database holds; the control plane may run meanwhile',
    )
    .argument('<file>', 'a file that `backup` wrote')
    .action(async (file: string) => {
      const databasePath = embeddedDatabase()
      mkdirSync(dirname(databasePath), { recursive: true, mode: 0o700 })
      await restoreDatabase({
        databasePath,
        file: resolve(file),
        migrationsFolder: MIGRATIONS,
      })
      process.stdout.write(`Restored from ${file}.\n`)
    })
}
