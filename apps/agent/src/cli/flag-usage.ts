import { UsageError } from './exit-status.ts'

/** The flag behind each field of a definition, and what it takes. */
export const FLAG_OF_FIELD: Record<string, readonly [flag: string, takes: string]> = {
  server_url: ['--server', 'an http:// or https:// address such as http://127.0.0.1:8000'],
  model: ['--model', 'the name of a model the server serves'],
  endpoint: ['--endpoint', 'chat or completions'],
  concurrency: [
    '--concurrency',
    'numbers from 1 to 100000 such as 1,10,50, or from..to:steps with 2 to 100 steps such as 1..64:7',
  ],
  request_rate: [
    '--rate',
    'requests per second such as 5,10, or from..to:steps with 2 to 100 steps such as 1..20:5',
  ],
  'request_rate.arrival': ['--arrival', 'constant, poisson or gamma'],
  'request_rate.burstiness': ['--burstiness', 'a number above 0, with --arrival gamma'],
  stages: ['--stages', 'concurrency or rate, and length, of each stage such as c10:30s,c50:60s,r5:2m'],
  replay: ['--replay', 'how many times faster than the trace, up to 1000, or nothing'],
  max_concurrency: ['--max-concurrency', 'a number of requests from 1 to 100000'],
  num_prompts: ['--num-prompts', 'a number of requests from 1'],
  duration_seconds: ['--duration', 'seconds above 0'],
  grace_seconds: ['--grace', 'seconds from 0 to 3600'],
  warmup: ['--warmup', 'a number of requests from 0 to 10000'],
  cooldown: ['--cooldown', 'a number of requests from 0 to 10000'],
  input_len: ['--input-len', 'a number of tokens such as 256, min-max, or mean:std:min:max'],
  output_len: ['--output-len', 'a number of tokens such as 128, min-max, or mean:std:min:max'],
  prefix: ['--prefix-len', 'a number of tokens from 1'],
  'prefix.groups': ['--prefix-groups', 'a number of groups from 1 to 100000'],
  dataset: ['--dataset', 'the path of a file'],
  'dataset.format': ['--dataset-format', 'auto, jsonl, sharegpt or mooncake'],
  'dataset.order': ['--shuffle', 'no value'],
  'dataset.multi_turn': ['--multi-turn', 'no value'],
  timeout: ['--timeout', 'seconds above 0, at most 3600'],
  api_key: ['--api-key', 'printable ASCII'],
  api_key_env: ['--api-key-env', 'the name of an environment variable'],
  headers: ['--header', 'name:value'],
  extra_body: ['--extra-body', 'a JSON object such as {"top_p":0.9}'],
  seed: ['--seed', 'a whole number from 0 to 4294967295'],
  goodput_thresholds: ['--goodput', 'limits in ms such as ttft:500,tpot:50,e2e:5000'],
  tokenizer: ['--tokenizer', 'auto, o200k_base, cl100k_base or a path that ends in .json'],
  name: ['--name', 'a text of 1 to 200 characters'],
}

/** What is wrong with the flag of a field, and what it takes. */
export function usage(field: string, problem: string): UsageError {
  const [flag, takes] = FLAG_OF_FIELD[field] ?? [field, 'another value']
  return new UsageError(`${flag}: ${problem}. It takes ${takes}.`)
}

/** The keys of a problem's path that lead to a field with a flag of its own: as many as there are. */
export function fieldOf(path: readonly (string | number)[]): (string | number)[] {
  const ends = path.map((_, index) => index + 1)
  return path.slice(
    0,
    ends.findLast((end) => Object.hasOwn(FLAG_OF_FIELD, path.slice(0, end).join('.'))),
  )
}

/** Keys below a field that are all that its flag takes. */
const WHOLE_VALUES: ReadonlySet<string | number> = new Set(['len', 'path', 'rates', 'speed'])

/** The part of a flag's value that the keys below its field lead to, in words; empty for the value as a whole. */
export function partOf(keys: readonly (string | number)[]): string {
  return keys
    .filter((key) => !WHOLE_VALUES.has(key))
    .map((key) => (typeof key === 'number' ? `entry ${key + 1}` : key))
    .join(', ')
}

/** Field names in a message, as in "give either … or …", become the flags the user knows. */
export function inFlags(message: string): string {
  return message.replace(/\b[a-z]+(?:_[a-z]+)*\b/g, (word) => {
    return word.includes('_') || word === 'concurrency' ? (FLAG_OF_FIELD[word]?.[0] ?? word) : word
  })
}

/** A number out of a flag's text. */
export function toNumber(field: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) throw usage(field, `"${text}" is not a number`)
  return number
}

/** A whole number out of a flag's text. */
export function toWhole(field: string, text: string): number {
  const number = toNumber(field, text)
  if (!Number.isInteger(number)) throw usage(field, `"${text}" is not a whole number`)
  return number
}

/** Applies `read` to a flag that was given. */
export function given<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text)
}
