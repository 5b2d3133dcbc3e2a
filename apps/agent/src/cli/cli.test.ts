import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { RequestRecord, RunResult } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from './exit-status.ts'
import { definitionFromFlags } from './run-definition.ts'
import { type RunFlags, runCommand } from './run-flags.ts'

const BIN = fileURLToPath(new URL('../../bin/agent.js', import.meta.url))
let simulator: RunningSimulator
let dir: string
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  dir = await mkdtemp(join(tmpdir(), 'cli-'))
})
afterAll(async () => {
  await simulator.close()
  await rm(dir, { recursive: true, force: true })
})

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LLM_LOADTEST_TOKEN: '' },
  })
  const done = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[status], stdout, stderr]) => ({ status, stdout, stderr }),
  )
  return { child, done }
}

const run = (...args: string[]) =>
  start(['run', '--server', simulator.url, '--model', 'simulator', '--output-len', '5', ...args])

function flagsOf(args: readonly string[]): RunFlags {
  return runCommand()
    .exitOverride()
    .parse([...args], { from: 'user' })
    .opts<RunFlags>()
}

describe('the flags of run', () => {
  const required = ['--server', 'http://h', '--model', 'm']

  it.each([
    [[], '--server: is required. It takes'],
    [['--server', 'http://h'], '--model: is required. It takes'],
    [['--server', 'ftp://h', '--model', 'm'], '--server: must be an http:// or https:// URL'],
    [[...required, '-c', '0'], '--concurrency: Too small: expected number to be >=1. It takes numbers'],
    [[...required, '-c', '1,x'], '--concurrency: "x" is not a number. It takes numbers from 1 to 100000'],
    [[...required, '-c', '1,,2'], '--concurrency: "" is not a number. It takes'],
    [[...required, '-c', '1.5'], '--concurrency: "1.5" is not a whole number. It takes'],
    [[...required, '-c', '1..8'], '--concurrency: "1..8" is not from..to:steps. It takes'],
    [[...required, '-c', '8..8:3'], '--concurrency: must differ from "from". It takes'],
    [[...required, '-c', '1..8:1'], '--concurrency: Too small: expected number to be >=2. It takes'],
    [[...required, '--rate', '-1'], '--rate: Too small: expected number to be >0. It takes'],
    [[...required, '--rate', '1,Infinity'], '--rate: "Infinity" is not a number. It takes'],
    [[...required, '--rate', '1..x:3'], '--rate: "x" is not a number. It takes'],
    [
      [...required, '-c', '1', '--rate', '2'],
      '--rate: give either --concurrency or --rate, not both. It takes',
    ],
    [[...required, '-c', '1..4:2', '--replay'], '--replay: give either --concurrency or --replay, not both.'],
    [[...required, '-n', '1', '-d', '2'], '--duration: give either --num-prompts or --duration, not both'],
    [[...required, '-n', '1.5'], '--num-prompts: "1.5" is not a whole number. It takes a number'],
    [[...required, '-d', '0'], '--duration: Too small: expected number to be >0. It takes seconds above 0.'],
    [[...required, '--grace', '5'], '--grace: goes with --duration or stages: without them every request'],
    [[...required, '--cooldown', '100'], '--cooldown: must be less than --num-prompts (100). It takes'],
    [[...required, '-d', '5', '--cooldown', '1'], '--cooldown: goes with --num-prompts: a level bounded by'],
    [
      [...required, '--max-concurrency', '5'],
      '--max-concurrency: goes with request rates and replay: a closed',
    ],
    [
      [...required, '--stages', '10:30s'],
      '--stages: "10:30s" is not c<concurrency>:<length> or r<rate>:<length>',
    ],
    [[...required, '--stages', 'c10:soon'], '--stages: "soon" is not a number. It takes'],
    [[...required, '--stages', 'c1.5:3'], '--stages: "1.5" is not a whole number. It takes'],
    [
      [...required, '--stages', 'c1:3', '-n', '5'],
      '--num-prompts: does not go with stages: each has a length of',
    ],
    [[...required, '--replay', 'fast'], '--replay: "fast" is not a number. It takes how many times faster'],
    [[...required, '--replay'], '--replay: needs a dataset whose requests have timestamps (format mooncake)'],
    [[...required, '--arrival', 'gamma'], '--arrival: applies to --rate and to stages by rate only'],
    [
      [...required, '--stages', 'c5:3', '--burstiness', '2'],
      '--burstiness: applies to --rate and to stages by',
    ],
    [[...required, '--rate', '1', '--arrival', 'odd'], '--arrival: '],
    [[...required, '--rate', '1', '--burstiness', '2'], '--burstiness: applies to arrival "gamma" only. It'],
    [
      [...required, '--rate', '1..5:2', '--burstiness', '2'],
      '--burstiness: applies to arrival "gamma" only. It',
    ],
    [[...required, '--input-len', '5:1'], '--input-len: "5:1" is not mean:std:min:max'],
    [
      [...required, '--input-len', '9-5'],
      '--input-len: must satisfy min <= max. It takes a number of tokens such',
    ],
    [[...required, '--input-len', '9-'], '--input-len: "9-" is not a number. It takes'],
    [[...required, '--output-len', '5:1:6:9'], '--output-len: must satisfy min <= mean <= max'],
    [[...required, '--prefix-groups', '2'], '--prefix-groups: goes with --prefix-len. It takes'],
    [
      [...required, '--prefix-len', '256'],
      '--prefix-len: must be less than the shortest prompt: --input-len may',
    ],
    [[...required, '--shuffle'], '--dataset: is required with --dataset-format, --shuffle, --multi-turn and'],
    [
      [...required, '--dataset', 'a', '--dataset-format', 'csv'],
      '--dataset-format: Invalid option: expected',
    ],
    [
      [...required, '--dataset', 'a', '--replay', '--shuffle'],
      '--shuffle: does not go with replay: a trace has',
    ],
    [
      [...required, '--dataset', 'a', '--prefix-len', '5'],
      '--prefix-len: does not go with dataset: the file has',
    ],
    [[...required, '--warmup', '-1'], '--warmup: Too small: expected number to be >=0. It takes a number'],
    [
      [...required, '--timeout', 'soon'],
      '--timeout: "soon" is not a number. It takes seconds above 0, at most',
    ],
    [[...required, '--api-key', 'a', '--api-key-env', 'B'], '--api-key-env: give either --api-key or'],
    [[...required, '--header', 'no colon'], '--header: a value without a colon'],
    [[...required, '--extra-body', '{'], '--extra-body: '],
    [[...required, '--extra-body', '{"model":"x"}'], '--extra-body: is set by the load engine'],
    [[...required, '--goodput', 'ttfx:1'], '--goodput: "ttfx:1" names none of'],
    [[...required, '--goodput', 'ttft:x'], '--goodput: "x" is not a number. It takes limits in ms'],
    [[...required, '--goodput', 'ttft:1', '--no-stream'], '--goodput: cannot be measured'],
    [[...required, '--seed', '-1'], '--seed: Too small: expected number to be >=0. It takes a whole number'],
    [
      [...required, '--tokenizer', 'gpt2'],
      '--tokenizer: must be auto, o200k_base, cl100k_base or the path of',
    ],
    [[...required, '--endpoint', 'embeddings'], '--endpoint: '],
  ])('%j are refused by name', (args, message) => {
    let error: unknown
    try {
      definitionFromFlags(flagsOf(args))
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(UsageError)
    expect(String(error)).toContain(`UsageError: ${message}`)
  })

  it('become the definition', () => {
    const flags = flagsOf(
      [
        ...required,
        ...[
          '--rate',
          '5,10',
          '--arrival',
          'gamma',
          '--burstiness',
          '0.5',
          '-d',
          '60',
          '--input-len',
          '100:10:50:200',
        ],
        ...['--header', 'X-A: 1', '--header', 'X-B:2:3', '--goodput', 'ttft:500,e2e:5000', '--no-stream'],
        ...['--extra-body', '{"top_p":1}', '--ignore-eos', '--seed', '9', '--name', 'nightly'],
      ].filter((flag) => flag !== '--no-stream'),
    )
    expect(definitionFromFlags(flags)).toMatchObject({
      server_url: 'http://h',
      model: 'm',
      concurrency: undefined,
      request_rate: { rates: [5, 10], arrival: 'gamma', burstiness: 0.5 },
      duration_seconds: 60,
      num_prompts: undefined,
      input_len: { mean: 100, std: 10, min: 50, max: 200 },
      output_len: 128,
      headers: { 'X-A': '1', 'X-B': '2:3' },
      goodput_thresholds: { ttft_ms: 500, e2e_ms: 5000 },
      extra_body: { top_p: 1 },
      ignore_eos: true,
      stream: true,
      seed: 9,
      name: 'nightly',
    })
  })

  it.each([
    [['-c', '1..64:7'], { ramp: { of: 'concurrency', from: 1, to: 64, steps: 7 }, num_prompts: 100 }],
    [
      [
        '--rate',
        '0.5..20:5',
        '--arrival',
        'gamma',
        '--burstiness',
        '2',
        '--max-concurrency',
        '50',
        '-d',
        '9',
      ],
      {
        ramp: { of: 'request_rate', from: 0.5, to: 20, steps: 5, arrival: 'gamma', burstiness: 2 },
        max_concurrency: 50,
        duration_seconds: 9,
      },
    ],
    [
      ['--stages', 'c10:30s,c50:1.5m, r5:20', '--arrival', 'constant', '--grace', '2'],
      {
        stages: [
          { concurrency: 10, duration_seconds: 30 },
          { concurrency: 50, duration_seconds: 90 },
          { request_rate: 5, duration_seconds: 20, arrival: 'constant' },
        ],
        grace_seconds: 2,
        concurrency: undefined,
        num_prompts: undefined,
      },
    ],
    [
      ['--dataset', 't.jsonl', '--dataset-format', 'mooncake', '--dataset-output-len', '--replay', '2.5'],
      {
        replay: { speed: 2.5 },
        dataset: {
          path: 't.jsonl',
          format: 'mooncake',
          order: 'file',
          multi_turn: false,
          output: 'output_len',
        },
      },
    ],
    [['--dataset', 't.jsonl', '--replay'], { replay: { speed: 1 }, num_prompts: undefined }],
    [
      ['--dataset', 'chats.json', '--shuffle', '--multi-turn', '--tokenizer', 'q/tokenizer.json'],
      { dataset: { order: 'shuffled', multi_turn: true, output: 'file' }, tokenizer: 'q/tokenizer.json' },
    ],
    [
      ['--input-len', '128-512', '--output-len', '7', '--prefix-len', '100', '--prefix-groups', '4'],
      { input_len: { min: 128, max: 512 }, output_len: 7, prefix: { len: 100, groups: 4 } },
    ],
    [['-n', '50', '--cooldown', '10', '--warmup', '0'], { num_prompts: 50, cooldown: 10, warmup: 0 }],
  ])('%j become a load and a workload', (args, expected) => {
    expect(definitionFromFlags(flagsOf([...required, ...args]))).toMatchObject(expected)
  })
})

describe('the command', () => {
  it('prints the table on standard output, progress on standard error, and writes files', async () => {
    const files = ['json', 'csv', 'xlsx'].map((kind) => join(dir, `result.${kind}`))
    const { status, stdout, stderr } = await run('-n', '4', ...files.flatMap((file) => ['--output', file]))
      .done
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Concurrency {2}Throughput {2}TTFT p50/)
    expect(stdout).toContain('Measurement: ')
    expect(stderr).toContain('100 %  [1/1] c=1  4/4')
    const [json = '', csv = '', xlsx = ''] = files
    const result = RunResult.parse(JSON.parse(await readFile(json, 'utf8')))
    expect(result.summary.successful_requests).toBe(4)
    expect((await readFile(csv, 'utf8')).split('\r\n')[0]).toMatch(/^Concurrency,Throughput \(tok\/s\),/)
    expect((await readFile(xlsx)).subarray(0, 2).toString()).toBe('PK')
  })

  it('writes every request, and its one level as other tools do', async () => {
    const kinds = ['requests.jsonl', 'requests.csv', 'vllm.json', 'aiperf.json', 'json']
    const files = kinds.map((kind) => join(dir, `other.${kind}`))
    const { status } = await run('-n', '4', '--warmup', '1', ...files.flatMap((file) => ['--output', file]))
      .done
    expect(status).toBe(0)
    const [jsonl = '', csv = '', vllm, aiperf, json] = await Promise.all(
      files.map((file) => readFile(file, 'utf8')),
    )
    const records = jsonl
      .trimEnd()
      .split('\n')
      .map((line) => RequestRecord.parse(JSON.parse(line)))
    expect(records.filter((record) => record.warmup)).toHaveLength(1)
    expect(csv.split('\r\n')).toHaveLength(1 + records.length + 1)
    const result = RunResult.parse(JSON.parse(json ?? ''))
    const tokens = result.results[0]?.tokens.output_tokens
    expect([records.length, result.summary.successful_requests]).toEqual([5, 4])
    expect(JSON.parse(vllm ?? '')).toMatchObject({
      completed: 4,
      total_output_tokens: tokens,
      max_concurrency: 1,
    })
    expect(JSON.parse(aiperf ?? '')).toMatchObject({
      benchmark_id: result.run_id,
      request_count: { avg: 4 },
      total_osl: { avg: tokens },
    })
  })

  it('prints the result object and nothing else with --json', async () => {
    const { status, stdout } = await run('-n', '2', '--json').done
    expect(status).toBe(0)
    expect(RunResult.parse(JSON.parse(stdout)).status).toBe('completed')
  })

  it('exits with 1 when the run failed, and says why', async () => {
    const { status, stdout } = await start(['run', '--server', 'http://127.0.0.1:1', '--model', 'm']).done
    expect([status, stdout.includes('Run failed (target_unreachable)')]).toEqual([1, true])
  })

  it('exits with 1 when no request succeeded although the run went to its end', async () => {
    const nowhere = ['run', '--server', 'http://127.0.0.1:1', '--model', 'm', '-n', '2', '--warmup', '0']
    const { status, stdout, stderr } = await start(nowhere).done
    expect([status, stdout.includes('2 × CONNECTION_ERROR')]).toEqual([1, true])
    expect(stderr).toContain('No request succeeded, so nothing was measured. Check --server, --model')
  })

  it('exits with 2 before any load when an output file cannot be written', async () => {
    const folder = join(dir, 'missing')
    const files = ['--output', join(dir, 'fine.json'), '--output', join(folder, 'x.json')]
    const { status, stdout, stderr } = await run('-n', '2', ...files).done
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      `error: --output: the folder ${folder} does not exist. Make it first, or name another.\n`,
    )
    const left = await readdir(dir)
    expect([left.includes('missing'), left.includes('fine.json')]).toEqual([false, false])
  })

  it('exits with 3 when a level misses its goodput', async () => {
    const missed = await run('-n', '2', '--goodput', 'ttft:0.001', '--min-goodput', '90').done
    expect(missed.status).toBe(3)
    expect(missed.stderr).toContain('Goodput at concurrency 1 was 0.0 %, less than the 90 % asked for.')
    expect((await run('-n', '2', '--goodput', 'ttft:9999', '--min-goodput', '90').done).status).toBe(0)
  })

  it('exits with 130 on Ctrl-C and prints what there is', async () => {
    const file = join(dir, 'partial.json')
    const { child, done } = run('-n', '100000', '--output', file)
    let seen = ''
    let interrupted = false
    child.stderr.on('data', (data) => {
      seen += String(data)
      if (!interrupted && / [1-9]\d*\/100000/.test(seen)) interrupted = child.kill('SIGINT')
    })
    const { status, stdout } = await done
    expect([status, stdout.startsWith('Concurrency')]).toEqual([130, true])
    const result = RunResult.parse(JSON.parse(await readFile(file, 'utf8')))
    expect(result.status).toBe('cancelled')
    expect(result.results[0]?.successful_requests).toBeGreaterThan(0)
  })

  it.each([
    [['run', '--nonsense'], /unknown option '--nonsense'/],
    [['nonsense'], /there is no command "nonsense"/],
    [[], /--token: it is required/],
    [['--token', 'a b'], /--token: it must be printable ASCII/],
    [['--token', 't', '--slots', '0'], /--slots: it takes a whole number/],
    [['--token', 't', '--workers', '257'], /--workers: it takes a whole number from 1 to 256\./],
    [['--token', 't', '--data-dir', '/no/such'], /--data-dir: \/no\/such is not a folder\. Make it first/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '--workers', '1.5'],
      /--workers: it takes a whole number/,
    ],
    [['--token', 't', '--control-plane', 'nowhere'], /--control-plane: "nowhere" is not/],
    [['--token', 't', '--allow-target', 'http://x/y'], /--allow-target: "http:\/\/x\/y" is not HOST/],
    [['run', '--server', 'http://h', '--model', 'm', '--output', 'x.txt'], /--output: "x.txt" must end in/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '-c', '1,2', '--output', 'x.vllm.json'],
      /--output: "x.vllm.json" is of one load level, and this run has 2\. Run one, or take \.requests\.jsonl\.\n/,
    ],
    [['run', '--server', 'http://h', '--model', 'm', '--min-goodput', '101'], /--min-goodput: it takes/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '--api-key-env', 'NO_SUCH_ONE'],
      /NO_SUCH_ONE is not set/,
    ],
  ])('exits with 2 for %j', async (args, message) => {
    const { status, stdout, stderr } = await start(args).done
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  it('shows the machine and its version', async () => {
    const info = await start(['info']).done
    expect([info.status, info.stdout.includes('Agent:   0.1.0')]).toEqual([0, true])
    expect(JSON.parse((await start(['info', '--json']).done).stdout)).toMatchObject({ version: '0.1.0' })
    expect(await start(['--version']).done).toMatchObject({ status: 0, stdout: '0.1.0\n' })
    expect((await start(['--help']).done).status).toBe(0)
  })
})
