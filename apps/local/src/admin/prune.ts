import { pruneDatabase } from '@llm-loadtest/control-plane/database'
import { Command, InvalidArgumentError } from 'commander'
import { withDatabase } from './database.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const RETENTION = 'LLM_LOADTEST_RETENTION_DAYS'

function days(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > 3650) throw new InvalidArgumentError('It takes a whole number of days, 1 to 3650.')
  return value
}

/** The flag's number, or else the environment's. */
function daysToKeep(given: number | undefined): number {
  if (given !== undefined) return given
  const set = process.env[RETENTION]
  if (set) return days(set)
  throw new Error(`Say how many days of runs to keep: --days N, or ${RETENTION}.`)
}

/** `prune`: deletes old runs at once; the control plane does so by itself where the variable is set. */
export function pruneCommand(): Command {
  return new Command('prune')
    .description('delete ended runs, with all they stored, that are older than a number of days')
    .option('--days <n>', `days to keep (default: ${RETENTION})`, days)
    .option('--dry-run', 'only tell how many runs it would delete')
    .action(async (options: { days?: number; dryRun?: true }) => {
      const dryRun = options.dryRun === true
      const keep = daysToKeep(options.days)
      const beforeMs = Date.now() - keep * DAY_MS
      const runs = await withDatabase(process.env, (database) =>
        pruneDatabase(database, { beforeMs, dryRun }),
      )
      process.stdout.write(`${runs} run(s) older than ${keep} day(s) ${dryRun ? 'would be ' : ''}deleted.\n`)
    })
}
