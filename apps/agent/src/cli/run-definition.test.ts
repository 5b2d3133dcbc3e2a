import { describe, expect, it } from 'vitest'
import { UsageError } from './exit-status.ts'
import { definitionFromFlags } from './run-definition.ts'
import { type RunFlags, runCommand } from './run-flags.ts'

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
    [
      [...required, '-c', '0'],
      '--concurrency: entry 1: Too small: expected number to be >=1. It takes numbers',
    ],
    [[...required, '-c', '1,x'], '--concurrency: "x" is not a number. It takes numbers from 1 to 100000'],
    [[...required, '-c', '1,,2'], '--concurrency: "" is not a number. It takes'],
    [[...required, '-c', '1.5'], '--concurrency: "1.5" is not a whole number. It takes'],
    [[...required, '-c', '1..8'], '--concurrency: "1..8" is not from..to:steps. It takes'],
    [[...required, '-c', '8..8:3'], '--concurrency: to: must differ from "from". It takes'],
    [
      [...required, '-c', '1..64:200'],
      '--concurrency: steps: Too big: expected number to be <=100. It takes',
    ],
    [[...required, '-c', '1,0'], '--concurrency: entry 2: Too small: expected number to be >=1. It takes'],
    [[...required, '-c', '1..8:1'], '--concurrency: steps: Too small: expected number to be >=2. It takes'],
    [[...required, '--rate', '-1'], '--rate: entry 1: Too small: expected number to be >0. It takes'],
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
    [[...required, '--stages', 'c1:3,c0:3'], '--stages: entry 2, concurrency: Too small: expected number to'],
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
    [[...required, '--prefix-len', '0'], '--prefix-len: Too small: expected number to be >=1. It takes'],
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
    [[...required, '--header', 'Host: x'], '--header: Host: is set by the agent. It takes name:value.'],
    [[...required, '--header', 'bad name: x'], '--header: bad name: is not a header name. It takes'],
    [[...required, '--header', 'X-A: é'], '--header: X-A: must be printable ASCII. It takes'],
    [[...required, '--header', 'X-A: 1', '--header', 'X-A: 2'], '--header: X-A: is given twice. It takes'],
    [[...required, '--extra-body', '{'], '--extra-body: '],
    [[...required, '--extra-body', '[1]'], '--extra-body: Invalid input: expected record, received array.'],
    [[...required, '--extra-body', '{"model":"x"}'], '--extra-body: model: is set by the load engine. It'],
    [[...required, '--goodput', 'ttfx:1'], '--goodput: "ttfx:1" names none of'],
    [[...required, '--goodput', 'ttft:1:2'], '--goodput: "ttft:1:2" has more than one limit. It takes'],
    [[...required, '--goodput', 'ttft:x'], '--goodput: "x" is not a number. It takes limits in ms'],
    [[...required, '--goodput', 'ttft:1', '--no-stream'], '--goodput: ttft_ms: cannot be measured'],
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
