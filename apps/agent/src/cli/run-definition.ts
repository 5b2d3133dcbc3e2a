import { problemDetails, RunDefinition } from '@llm-loadtest/schema'
import { UsageError } from './exit-status.ts'
import type { RunFlags } from './run-flags.ts'

/** The flag behind each field of a definition, and what it takes. */
const FLAG_OF_FIELD: Record<string, readonly [flag: string, takes: string]> = {
  server_url: ['--server', 'an http:// or https:// address such as http://127.0.0.1:8000'],
  model: ['--model', 'the name of a model the server serves'],
  endpoint: ['--endpoint', 'chat or completions'],
  concurrency: ['--concurrency', 'numbers from 1 to 100000 such as 1,10,50'],
  request_rate: ['--rate', 'requests per second such as 5,10'],
  'request_rate.arrival': ['--arrival', 'constant, poisson or gamma'],
  'request_rate.burstiness': ['--burstiness', 'a number above 0, with --arrival gamma'],
  num_prompts: ['--num-prompts', 'a number of requests from 1'],
  duration_seconds: ['--duration', 'seconds above 0'],
  input_len: ['--input-len', 'a number of tokens such as 256, or mean:std:min:max'],
  output_len: ['--output-len', 'a number of tokens such as 128, or mean:std:min:max'],
  warmup: ['--warmup', 'a number of requests from 0 to 10000'],
  timeout: ['--timeout', 'seconds above 0, at most 3600'],
  api_key: ['--api-key', 'printable ASCII'],
  api_key_env: ['--api-key-env', 'the name of an environment variable'],
  headers: ['--header', 'name:value'],
  extra_body: ['--extra-body', 'a JSON object such as {"top_p":0.9}'],
  seed: ['--seed', 'a whole number from 0 to 4294967295'],
  goodput_thresholds: ['--goodput', 'limits in ms such as ttft:500,tpot:50,e2e:5000'],
  tokenizer: ['--tokenizer', 'auto, o200k_base or cl100k_base'],
  name: ['--name', 'a text of 1 to 200 characters'],
}

function usage(field: string, problem: string): UsageError {
  const [flag, takes] = FLAG_OF_FIELD[field] ?? [field, 'another value']
  return new UsageError(`${flag}: ${problem}. It takes ${takes}.`)
}

const toNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))
const numbers = (text: string): number[] => text.split(',').map(toNumber)

function tokenLength(text: string, field: string): unknown {
  if (!text.includes(':')) return toNumber(text)
  const [mean, std, min, max, ...more] = text.split(':').map(toNumber)
  if (max === undefined || more.length > 0) throw usage(field, `"${text}" is not mean:std:min:max`)
  return { mean, std, min, max }
}

function headers(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      // The value may be a secret, so it is not repeated.
      if (colon < 1) throw usage('headers', 'a value without a colon after the name')
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    }),
  )
}

function goodput(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', limit = ''] = part.split(':')
      if (!['ttft', 'tpot', 'e2e'].includes(name.trim())) {
        throw usage('goodput_thresholds', `"${part}" names none of ttft, tpot, e2e`)
      }
      return [`${name.trim()}_ms`, toNumber(limit)]
    }),
  )
}

function extraBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage('extra_body', error instanceof Error ? error.message : String(error))
  }
}

/** Applies `read` to a flag that was given. */
function given<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text)
}

function requestRate(flags: RunFlags): object | undefined {
  if (flags.rate === undefined) {
    if (flags.arrival !== undefined) throw usage('request_rate.arrival', 'applies with --rate only')
    if (flags.burstiness !== undefined) throw usage('request_rate.burstiness', 'applies with --rate only')
    return undefined
  }
  return {
    rates: numbers(flags.rate),
    ...(flags.arrival === undefined ? {} : { arrival: flags.arrival }),
    ...(flags.burstiness === undefined ? {} : { burstiness: toNumber(flags.burstiness) }),
  }
}

function rawDefinition(flags: RunFlags): Record<string, unknown> {
  return {
    server_url: flags.server,
    model: flags.model,
    endpoint: flags.endpoint,
    concurrency: given(flags.concurrency, numbers),
    request_rate: requestRate(flags),
    num_prompts: given(flags.numPrompts, toNumber),
    duration_seconds: given(flags.duration, toNumber),
    input_len: given(flags.inputLen, (text) => tokenLength(text, 'input_len')),
    output_len: given(flags.outputLen, (text) => tokenLength(text, 'output_len')),
    stream: flags.stream,
    warmup: given(flags.warmup, toNumber),
    timeout: given(flags.timeout, toNumber),
    api_key: flags.apiKey,
    api_key_env: flags.apiKeyEnv,
    headers: flags.header.length > 0 ? headers(flags.header) : undefined,
    extra_body: given(flags.extraBody, extraBody),
    ignore_eos: flags.ignoreEos,
    seed: given(flags.seed, toNumber),
    goodput_thresholds: given(flags.goodput, goodput),
    tokenizer: flags.tokenizer,
    name: flags.name,
  }
}

/** The field that a problem's path belongs to: the longest that has a flag. */
function fieldOf(path: string): string {
  const names = Object.keys(FLAG_OF_FIELD).filter(
    (name) => path === name || /^[.[]/.test(path.slice(name.length)),
  )
  return names.filter((name) => path.startsWith(name)).sort((a, b) => b.length - a.length)[0] ?? path
}

/** Field names in a message, as in "give either … or …", become the flags the user knows. */
function inFlags(message: string): string {
  return message.replace(/\b[a-z]+(?:_[a-z]+)*\b/g, (word) => {
    return word.includes('_') || word === 'concurrency' ? (FLAG_OF_FIELD[word]?.[0] ?? word) : word
  })
}

/** Builds a run definition of the flags. Throws UsageError that names the flag at fault. */
export function definitionFromFlags(flags: RunFlags): RunDefinition {
  for (const [field, value] of [
    ['server_url', flags.server],
    ['model', flags.model],
  ] as const) {
    if (value === undefined) throw usage(field, 'is required')
  }
  const raw = Object.entries(rawDefinition(flags)).filter(([, value]) => value !== undefined)
  const parsed = RunDefinition.safeParse(Object.fromEntries(raw))
  if (parsed.success) return parsed.data
  const [first] = problemDetails(parsed.error)
  throw first ? usage(fieldOf(first.path), inFlags(first.message)) : new UsageError('the run is not valid')
}
