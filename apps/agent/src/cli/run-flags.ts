import { Command } from 'commander'

/** What commander makes of the flags of `run`: raw text, checked when a definition is built of it. */
export type RunFlags = {
  server?: string
  model?: string
  endpoint?: string
  concurrency?: string
  rate?: string
  arrival?: string
  burstiness?: string
  numPrompts?: string
  duration?: string
  inputLen?: string
  outputLen?: string
  stream: boolean
  warmup?: string
  timeout?: string
  apiKey?: string
  apiKeyEnv?: string
  header: string[]
  extraBody?: string
  ignoreEos?: boolean
  seed?: string
  goodput?: string
  minGoodput?: string
  tokenizer?: string
  name?: string
  output: string[]
  json?: boolean
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value]

/** The `run` command with its flags and no action. */
export function runCommand(): Command {
  return new Command('run')
    .summary('measure a server from here, with no control plane')
    .description('Measures an OpenAI-compatible LLM server from this machine and prints the result.')
    .option('--server <url>', 'address of the LLM server, with or without /v1 (required)')
    .option('--model <name>', 'model to ask for (required)')
    .option('--endpoint <kind>', 'chat or completions (default: chat)')
    .option(
      '-c, --concurrency <list>',
      'requests kept in flight, one load level a number: 1,10,50 (default: 1)',
    )
    .option('--rate <list>', 'requests per second instead of a concurrency: 5,10')
    .option('--arrival <process>', 'with --rate: constant, poisson or gamma (default: poisson)')
    .option(
      '--burstiness <shape>',
      'with --arrival gamma: below 1 burstier than poisson, above 1 more regular',
    )
    .option('-n, --num-prompts <count>', 'requests of each level (default: 100)')
    .option('-d, --duration <seconds>', 'length of each level instead of a number of requests')
    .option('--input-len <tokens>', 'prompt length: 256, or mean:std:min:max (default: 256)')
    .option('--output-len <tokens>', 'output length: 128, or mean:std:min:max (default: 128)')
    .option('--no-stream', 'ask for whole responses: no TTFT, TPOT and ITL then')
    .option('--warmup <count>', 'requests before each level that are not measured (default: 3)')
    .option('--timeout <seconds>', 'longest time for one request (default: 120)')
    .option('--api-key <key>', "the server's API key; --api-key-env keeps it out of the process list")
    .option('--api-key-env <variable>', 'environment variable that holds the API key')
    .option('--header <name:value>', 'extra request header; repeatable', collect, [])
    .option('--extra-body <json>', 'extra fields of the request body, a JSON object')
    .option('--ignore-eos', 'ask for exactly --output-len tokens (vLLM, SGLang)')
    .option('--seed <number>', 'seed of prompts, lengths and arrivals (default: 0)')
    .option('--goodput <limits>', 'service level objectives in ms: ttft:500,tpot:50,e2e:5000')
    .option('--min-goodput <percent>', 'with --goodput: exit with 3 when a level has less')
    .option('--tokenizer <name>', 'auto, o200k_base or cl100k_base (default: auto)')
    .option('--name <text>', 'name of the run')
    .option('--output <file>', 'write the result to FILE.json, .csv or .xlsx; repeatable', collect, [])
    .option('--json', 'print the result as JSON on standard output, and nothing else')
}
