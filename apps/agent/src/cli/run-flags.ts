import { Command } from 'commander'
import { addGpuFlags, type GpuFlags } from './gpu-flags.ts'

/** What commander makes of the flags of `run`: raw text, checked when a definition is built of it. */
export type RunFlags = GpuFlags & {
  server?: string
  model?: string
  endpoint?: string
  concurrency?: string
  rate?: string
  arrival?: string
  burstiness?: string
  stages?: string
  replay?: string | true
  maxConcurrency?: string
  numPrompts?: string
  duration?: string
  grace?: string
  warmup?: string
  cooldown?: string
  inputLen?: string
  outputLen?: string
  prefixLen?: string
  prefixGroups?: string
  dataset?: string
  datasetFormat?: string
  shuffle?: boolean
  multiTurn?: boolean
  datasetOutputLen?: boolean
  tokenizer?: string
  stream: boolean
  timeout?: string
  apiKey?: string
  apiKeyEnv?: string
  header: string[]
  extraBody?: string
  ignoreEos?: boolean
  seed?: string
  goodput?: string
  minGoodput?: string
  workers?: string
  name?: string
  output: string[]
  evidence?: boolean
  json?: boolean
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value]

function addLoadFlags(command: Command): Command {
  return command
    .option('-c, --concurrency <list>', 'requests in flight: 1,10,50 or 1..64:7, a level each (default: 1)')
    .option('--rate <list>', 'requests per second instead: 5,10 or, from..to:steps, 1..20:5')
    .option('--arrival <process>', 'of rates: constant, poisson or gamma (default: poisson)')
    .option('--burstiness <shape>', 'with gamma: below 1 burstier than poisson, above 1 more regular')
    .option('--stages <list>', 'concurrency or rate for a time, without a pause: c10:30s,c50:60s,r5:2m')
    .option('--replay [speed]', 'send at the timestamps of --dataset, so many times faster (default: 1)')
    .option('--max-concurrency <count>', 'of rates and replay: requests over so many in flight are dropped')
    .option('-n, --num-prompts <count>', 'requests of each level (default: 100; replay: the whole trace)')
    .option('-d, --duration <seconds>', 'length of each level instead of a number of requests')
    .option(
      '--grace <seconds>',
      'for requests in flight when the time is up (default: --timeout, at most 30)',
    )
    .option('--warmup <count>', 'requests before each level that are not measured (default: 3)')
    .option('--cooldown <count>', 'last requests of each level that are not measured (default: 0)')
}

function addWorkloadFlags(command: Command): Command {
  return command
    .option('--input-len <tokens>', 'prompt length: 256, 128-512 or mean:std:min:max (default: 256)')
    .option('--output-len <tokens>', 'output length: 128, 64-256 or mean:std:min:max (default: 128)')
    .option('--prefix-len <tokens>', 'how much of the prompt, at its start, a group of requests shares')
    .option('--prefix-groups <count>', 'number of such groups (default: 1)')
    .option('--dataset <file>', 'prompts, conversations or a trace from a file')
    .option('--dataset-format <format>', 'auto, jsonl, sharegpt or mooncake (default: auto)')
    .option('--shuffle', 'take the dataset in random order')
    .option('--multi-turn', 'play the conversations of the dataset turn by turn')
    .option('--dataset-output-len', "take --output-len rather than the dataset's output lengths")
    .option('--tokenizer <name>', 'auto, o200k_base, cl100k_base or FILE.json (default: auto)')
}

/** The `run` command with its flags and no action. */
export function runCommand(): Command {
  const command = new Command('run')
    .summary('measure a server from here, with no control plane')
    .description('Measures an OpenAI-compatible LLM server from this machine and prints the result.')
    .option('--server <url>', 'address of the LLM server, with or without /v1 (required)')
    .option('--model <name>', 'model to ask for (required)')
    .option('--endpoint <kind>', 'chat or completions (default: chat)')
  return addGpuFlags(addWorkloadFlags(addLoadFlags(command)))
    .option('--no-stream', 'ask for whole responses: no TTFT, TPOT and ITL then')
    .option('--timeout <seconds>', 'longest time for one request (default: 120)')
    .option('--api-key <key>', "the server's API key; --api-key-env keeps it out of the process list")
    .option('--api-key-env <variable>', 'environment variable that holds the API key')
    .option('--header <name:value>', 'extra request header; repeatable', collect, [])
    .option('--extra-body <json>', 'extra fields of the request body, a JSON object')
    .option('--ignore-eos', 'ask for exactly --output-len tokens (vLLM, SGLang)')
    .option('--seed <number>', 'seed of prompts, lengths and arrivals (default: 0)')
    .option('--goodput <limits>', 'service level objectives in ms: ttft:500,tpot:50,e2e:5000')
    .option('--min-goodput <percent>', 'with --goodput: exit with 3 when a level has less')
    .option('--workers <count>', 'most load worker threads (default: one per spare core, at most 8)')
    .option('--name <text>', 'name of the run')
    .option(
      '--output <file>',
      'write the result to FILE.json, .xlsx, .csv, .gpu.csv or .gpu-samples.csv, its requests to .requests.csv or .requests.jsonl, its one level to .vllm.json or .aiperf.json; repeatable',
      collect,
      [],
    )
    .option('--evidence', 'show what the load generator observed of itself, also when every level is valid')
    .option('--json', 'print the result as JSON on standard output, and nothing else')
}
