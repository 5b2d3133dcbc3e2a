import { parseArgs } from 'node:util'
import { z } from 'zod'
import { LogLevel } from './log-filter.ts'

const Port = z.coerce.number().int().min(0).max(65_535)
const SlotCount = z.coerce.number().int().min(1).max(100)

/** What each variable takes, in the words of the error and of --help. */
const VARIABLES = {
  PORT: { schema: Port.default(8787), takes: 'a port, 0 to 65535 (default 8787; 0 takes a free one)' },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    takes: 'the address to listen on (default 127.0.0.1)',
  },
  DATA_DIR: {
    schema: z.string().min(1).default('.data'),
    takes: 'the folder of the database (default .data)',
  },
  SIMULATOR_PORT: { schema: Port.default(8000), takes: "the simulator's port, 0 to 65535 (default 8000)" },
  LOG_LEVEL: { schema: LogLevel.default('info'), takes: 'debug, info, warn or error (default info)' },
  AGENT_SLOTS: {
    schema: SlotCount.default(1),
    takes: 'benchmarks the local agent runs at once, 1 to 100 (default 1)',
  },
} as const

/** Variables that go on to the control plane as they are, which checks them; with what they do, for --help. */
const PASSED_ON = {
  LLM_LOADTEST_API_KEY:
    'require this key, or one made with `npm run admin -- key` (default: open, on loopback only)',
  LLM_LOADTEST_ALLOW_OPEN: '1: without a key, let in whoever reaches the address',
  LLM_LOADTEST_CORS_ORIGIN: 'origins whose pages may call the API, as https://dash.example.com',
  LLM_LOADTEST_TRUSTED_PROXIES: 'addresses or networks of proxies whose X-Forwarded-For and -Proto count',
  LLM_LOADTEST_RATE_LIMIT:
    'requests a minute per key, or per address without one (default 3000; 0: no limit)',
  LLM_LOADTEST_AUTH_FAILURE_LIMIT: 'wrong keys a minute per address (default 20; 0: no limit)',
  LLM_LOADTEST_RETENTION_DAYS: 'delete runs that ended so long ago (default: never)',
  REDIS_URL: 'cache results in this Redis, as redis://127.0.0.1:6379',
} as const

/** Those of the environment that go on to the control plane. */
export function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.keys(PASSED_ON).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
}

export type Settings = {
  port: number
  host: string
  dataDir: string
  simulatorPort: number
  agentSlots: number
  logLevel: LogLevel
  agent: boolean
  simulator: boolean
}

/** Bad usage: the message names the variable or flag and says what it takes. */
export class UsageError extends Error {}

export const START_HELP = `Usage: npm start [-- --no-simulator] [-- --no-agent]

Starts the control plane with its embedded database, the web app, a local agent and an LLM simulator.

Flags
  --no-simulator   do not start the bundled LLM simulator
  --no-agent       do not start a local agent
  --help           show this

Variables
${Object.entries(VARIABLES)
  .map(([name, { takes }]) => `  ${name.padEnd(16)} ${takes}`)
  .join('\n')}
${Object.entries(PASSED_ON)
  .map(([name, does]) => `  ${name}\n${' '.repeat(19)}${does}`)
  .join('\n')}
`

function variable<K extends keyof typeof VARIABLES>(name: K, env: NodeJS.ProcessEnv) {
  const { schema, takes } = VARIABLES[name]
  const parsed = schema.safeParse(env[name] === '' ? undefined : env[name])
  if (!parsed.success) throw new UsageError(`${name}=${env[name]} is not ${takes}.`)
  return parsed.data as z.output<(typeof VARIABLES)[K]['schema']>
}

function flags(argv: string[]) {
  const options = {
    'no-simulator': { type: 'boolean', default: false },
    'no-agent': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    return parseArgs({ args: argv, options, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${START_HELP}`)
  }
}

/** Reads flags and environment of `npm start`; null when help was asked for. Throws UsageError. */
export function readSettings(argv: string[], env: NodeJS.ProcessEnv): Settings | null {
  const given = flags(argv)
  if (given.help) return null
  return {
    port: variable('PORT', env),
    host: variable('HOST', env),
    dataDir: variable('DATA_DIR', env),
    simulatorPort: variable('SIMULATOR_PORT', env),
    agentSlots: variable('AGENT_SLOTS', env),
    logLevel: variable('LOG_LEVEL', env),
    agent: !given['no-agent'],
    simulator: !given['no-simulator'],
  }
}
