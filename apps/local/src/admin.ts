import { Command, CommanderError } from 'commander'
import { backupCommand, restoreCommand } from './admin/backup.ts'
import { keyCommand } from './admin/key.ts'
import { migrateCommand } from './admin/migrate.ts'
import { pruneCommand } from './admin/prune.ts'

const program = new Command('npm run admin --')
  .description(
    "Looks after a control plane's database: that of DATA_DIR (default .data), or LIBSQL_URL's when it is set.",
  )
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })

// Each with a file of its own under admin/; a command inherits nothing but how it ends.
for (const command of [keyCommand(), migrateCommand(), backupCommand(), restoreCommand(), pruneCommand()])
  program.addCommand(command.exitOverride())

/** The message with those of its causes: “fetch failed” alone says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? reasonOf(error.cause) : ''
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message} (${cause})`
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    process.stderr.write(`error: ${reasonOf(error)}\n`)
    process.exitCode = 1
  }
}
