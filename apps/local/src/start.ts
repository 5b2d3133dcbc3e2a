import { relative } from 'node:path'
import { onInterrupt } from 'llm-loadtest'
import { passedOn, readSettings, START_HELP, UsageError } from './settings.ts'
import { type Stack, startStack } from './stack.ts'

const say = (line = ''): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

function announce(stack: Stack, apiKey: string | undefined): void {
  const part = (name: string, state: string, detail: string) =>
    say(`  ${name.padEnd(14)} ${state.padEnd(8)} ${detail}`)
  say()
  part('database', 'ready', relative(process.cwd(), stack.databasePath) || stack.databasePath)
  part('control plane', 'ready', `${stack.url}/api/v1/health   API: ${stack.url}/docs`)
  part('agent', stack.agentId ? 'ready' : 'off', stack.agentId ?? 'start one: npx agent --token …')
  part(
    'simulator',
    stack.simulatorUrl ? 'ready' : 'off',
    stack.simulatorUrl ? `${stack.simulatorUrl}   model: simulator` : '',
  )
  part('web app', 'ready', stack.url)
  say()
  if (!apiKey)
    say(
      '  OPEN: no API key is set, so whoever reaches this address can use it. Set LLM_LOADTEST_API_KEY to require one.',
    )
  say('  Ctrl-C stops everything.')
}

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process at once. */
function asked(): Promise<void> {
  return new Promise((resolve) => void onInterrupt(resolve, () => process.exit(130)))
}

async function main(): Promise<number> {
  const settings = readSettings(process.argv.slice(2), process.env)
  if (!settings) {
    say(START_HELP)
    return 0
  }
  const stop = asked()
  const vars = passedOn(process.env)
  const stack = await startStack({ ...settings, vars, say })
  announce(stack, vars['LLM_LOADTEST_API_KEY'])
  try {
    await Promise.race([stop, stack.failed])
    say('Stopping …')
  } finally {
    await stack.close()
  }
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  complain(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof UsageError ? 2 : 1
}
