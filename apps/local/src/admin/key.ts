import { createKey, listApiKeys, revokeApiKey } from '@llm-loadtest/control-plane/database'
import { type ApiKeyView, NewApiKey, problemDetails, Scope } from '@llm-loadtest/schema'
import { Command, InvalidArgumentError, Option } from 'commander'
import { withDatabase } from './database.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function wholeDays(text: string): number {
  const days = NewApiKey.shape.expires_days.unwrap().safeParse(Number(text))
  if (!days.success) throw new InvalidArgumentError('Give a number of days, 1 to 3650.')
  return days.data
}

function createCommand(): Command {
  return new Command('create')
    .description('make an API key; it is shown this once, and only its SHA-256 is kept')
    .requiredOption('--name <name>', 'whose it is or what it is for')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(Scope.options).makeOptionMandatory())
    .option('--expires <days>', 'days until it stops working (default: never)', wholeDays)
    .action(async (options: Record<string, unknown>) => {
      const { name, scope, expires } = options
      const wanted = NewApiKey.safeParse({ name, scope, expires_days: expires })
      if (!wanted.success) {
        throw new Error(
          problemDetails(wanted.error)
            .map(({ path, message }) => `--${path}: ${message}`)
            .join('; '),
        )
      }
      const made = await withDatabase(process.env, (database) => createKey(database, wanted.data))
      say(made.key)
      process.stderr.write(`${made.key_id} may ${made.scope}; it is shown this once: keep it now.\n`)
    })
}

function stateOf(key: ApiKeyView, nowMs: number): string {
  if (key.revoked_at !== null) return 'revoked'
  return key.expires_at !== null && Date.parse(key.expires_at) <= nowMs ? 'expired' : 'works'
}

function listCommand(): Command {
  return new Command('list').description('show the keys, newest first').action(async () => {
    const keys = await withDatabase(process.env, listApiKeys)
    if (keys.length === 0) return say('There are no keys.')
    const head = ['key_id', 'state', 'scope', 'begins', 'last used', 'expires', 'name']
    const rows = keys.map((key) => [
      key.key_id,
      stateOf(key, Date.now()),
      key.scope,
      `${key.hint}…`,
      key.last_used_at ?? '–',
      key.expires_at ?? '–',
      key.name,
    ])
    for (const row of [head, ...rows]) say(aligned(row, [head, ...rows]))
  })
}

/** A row with each cell but the last as wide as the widest of its column. */
function aligned(row: string[], all: string[][]): string {
  const width = (column: number) => Math.max(...all.map((cells) => cells[column]?.length ?? 0))
  return row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(width(column)))).join('  ')
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('revoke a key at once, and end the browser sessions that came from it')
    .argument('<key_id>', 'as `key list` shows it')
    .action(async (keyId: string) => {
      const revoked = await withDatabase(process.env, (database) => revokeApiKey(database, keyId))
      if (!revoked) throw new Error(`There is no key ${keyId}, or it was revoked before; see \`key list\`.`)
      say(`${keyId} is revoked.`)
    })
}

/** `key create|list|revoke`: API keys with scopes, beside LLM_LOADTEST_API_KEY. */
export function keyCommand(): Command {
  const key = new Command('key').description('make, show and revoke API keys')
  for (const command of [createCommand(), listCommand(), revokeCommand()])
    key.addCommand(command.exitOverride())
  return key
}
