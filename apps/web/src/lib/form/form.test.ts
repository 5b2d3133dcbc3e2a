import { BUILT_IN_PRESETS, RunConfig, RunDefinition } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { agentCommand, curlCommand, shellQuote } from './commands.ts'
import { estimate } from './estimate.ts'
import { serverFieldErrors } from './field-errors.ts'
import { type FormValues, initialValues, presetValues, valuesOfConfig } from './form-values.ts'
import { keptFields } from './kept-fields.ts'
import { definitionInput, numberList, validate } from './to-definition.ts'

const filledRequired = { server_url: 'http://127.0.0.1:8000', model: 'simulator' }

const filled = (changes: Partial<FormValues> = {}): FormValues => ({
  ...initialValues(),
  ...filledRequired,
  ...changes,
})

function errorsOf(changes: Partial<FormValues>) {
  const result = validate(filled(changes))
  return result.ok ? {} : result.errors
}

function definitionOf(changes: Partial<FormValues>): RunDefinition {
  const result = validate(filled(changes))
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return result.definition
}

describe('form to definition', () => {
  it('leaves out what is empty and keeps what is set', () => {
    expect(definitionInput(filled({ name: ' nightly ', key_source: 'env', api_key_env: 'KEY' }))).toEqual({
      name: 'nightly',
      server_url: 'http://127.0.0.1:8000',
      model: 'simulator',
      endpoint: 'chat',
      concurrency: [1, 4, 16],
      num_prompts: 100,
      input_len: 256,
      output_len: 128,
      stream: true,
      ignore_eos: false,
      warmup: 3,
      timeout: 120,
      seed: 0,
      api_key_env: 'KEY',
    })
  })

  it('reads lists with commas, semicolons or spaces', () => {
    expect(numberList(' 1, 4;16  64,')).toEqual([1, 4, 16, 64])
  })

  it('sends an open loop with its arrival, and burstiness with gamma only', () => {
    const changes = {
      load: 'request_rate',
      rates: '2 4',
      burstiness: '0.5',
      bound: 'duration_seconds',
    } as const
    expect(definitionOf(changes).request_rate).toEqual({ rates: [2, 4], arrival: 'poisson' })
    expect(definitionOf({ ...changes, arrival: 'gamma' }).request_rate?.burstiness).toBe(0.5)
    expect(definitionOf(changes).num_prompts).toBeUndefined()
    expect(definitionOf(changes).duration_seconds).toBe(30)
  })

  it('puts each fault at its field', () => {
    expect(errorsOf({ server_url: 'ftp://x', model: ' ' })).toEqual({
      server_url: { kind: 'message', message: 'must be an http:// or https:// URL' },
      model: { kind: 'required' },
    })
    expect(errorsOf({ concurrency: '' })).toEqual({ concurrency: { kind: 'required' } })
    expect(errorsOf({ concurrency: '1, x' })).toEqual({ concurrency: { kind: 'number' } })
    expect(errorsOf({ concurrency: '1.5' })).toEqual({ concurrency: { kind: 'whole' } })
    expect(errorsOf({ concurrency: '0' })).toEqual({ concurrency: { kind: 'at_least', limit: 1 } })
    expect(errorsOf({ num_prompts: '' })).toEqual({ num_prompts: { kind: 'number' } })
    expect(errorsOf({ timeout: '0' })).toEqual({ timeout: { kind: 'positive' } })
    expect(errorsOf({ timeout: '3601' })).toEqual({ timeout: { kind: 'at_most', limit: 3600 } })
    expect(errorsOf({ extra_body: '{' })).toEqual({ extra_body: { kind: 'object' } })
    expect(errorsOf({ extra_body: '{"model":"x"}' })).toEqual({
      extra_body: { kind: 'message', message: 'is set by the load engine' },
    })
    expect(errorsOf({ stream: false, ttft_ms: '200' })).toEqual({
      ttft_ms: { kind: 'message', message: 'cannot be measured with stream false' },
    })
  })

  it('puts the faults of a length at the part at fault', () => {
    const fixed = { varies: false, mean: '0', std: '', min: '', max: '' }
    expect(errorsOf({ input_len: fixed })).toEqual({ input_len: { kind: 'at_least', limit: 1 } })
    const varied = { varies: true, mean: '100', std: '', min: '10', max: '200' }
    expect(errorsOf({ output_len: varied })).toEqual({ 'output_len.std': { kind: 'number' } })
    expect(errorsOf({ output_len: { ...varied, std: '5', min: '150' } })).toEqual({
      output_len: { kind: 'message', message: 'must satisfy min <= mean <= max' },
    })
  })

  it("maps the server's details to the same fields", () => {
    expect(
      serverFieldErrors([
        { path: 'concurrency[1]', message: 'a' },
        { path: 'request_rate.rates[0]', message: 'b' },
        { path: 'goodput_thresholds.e2e_ms', message: 'c' },
        { path: 'extra_body.model', message: 'd' },
      ]),
    ).toEqual({
      concurrency: { kind: 'message', message: 'a' },
      rates: { kind: 'message', message: 'b' },
      e2e_ms: { kind: 'message', message: 'c' },
      extra_body: { kind: 'message', message: 'd' },
    })
  })

  it('takes every preset and returns from a configuration to the same definition', () => {
    for (const preset of BUILT_IN_PRESETS) {
      const definition = definitionOf(presetValues(preset))
      expect(definition).toMatchObject(preset.config)
      const again = validate(valuesOfConfig(RunConfig.parse(JSON.parse(JSON.stringify(definition)))))
      expect(again.ok && again.definition).toEqual(definition)
    }
    const open = definitionOf({ load: 'request_rate', arrival: 'gamma', burstiness: '2', e2e_ms: '900' })
    const again = validate(valuesOfConfig(RunConfig.parse(JSON.parse(JSON.stringify(open)))))
    expect(again.ok && again.definition).toEqual(open)
  })

  it.each([
    { stages: [{ concurrency: 2, duration_seconds: 5 }], grace_seconds: 1 },
    { ramp: { of: 'request_rate', from: 1, to: 9, steps: 3 }, max_concurrency: 50, duration_seconds: 5 },
    { replay: {}, dataset: { path: 'trace.jsonl' } },
    { replay: { speed: 2 }, dataset: { path: 'trace.jsonl' }, num_prompts: 7 },
    { concurrency: [4], cooldown: 4, input_len: { min: 100, max: 200 }, prefix: { len: 50 } },
    { output_len: { min: 1, max: 9 }, tokenizer: 'qwen/tokenizer.json' },
  ])('keeps what it has no control for, and lets go of it on request (%#)', (fields) => {
    const definition = RunDefinition.parse({ ...filledRequired, ...fields })
    const values = valuesOfConfig(RunConfig.parse(JSON.parse(JSON.stringify(definition))))
    const again = validate(values)
    expect(again.ok && again.definition).toEqual(definition)
    const without = definitionOf({ ...values, kept: {} })
    expect(keptFields(RunConfig.parse(JSON.parse(JSON.stringify(without))))).toEqual({})
  })
})

describe('estimate', () => {
  it('counts requests and tokens over the levels', () => {
    expect(estimate(definitionOf({ num_prompts: '50', concurrency: '1,2' }))).toEqual({
      levels: 2,
      requests: 100,
      warmupRequests: 6,
      outputTokens: 12_800,
      inputTokens: 25_600,
      seconds: null,
    })
  })

  it('knows the time of a bounded run and the requests of an open loop', () => {
    const closed = estimate(definitionOf({ bound: 'duration_seconds', duration_seconds: '10' }))
    expect([closed.requests, closed.outputTokens, closed.seconds]).toEqual([null, null, 30])
    const open = estimate(
      definitionOf({ load: 'request_rate', rates: '1,4', bound: 'duration_seconds', duration_seconds: '10' }),
    )
    expect([open.requests, open.seconds]).toEqual([50, 20])
    expect(estimate(definitionOf({ load: 'request_rate', rates: '1,4', num_prompts: '20' })).seconds).toBe(25)
  })

  it('adds up stages, and knows nothing of a trace', () => {
    const open = { request_rate: 10, duration_seconds: 20 }
    const stages = RunDefinition.parse({ ...filledRequired, stages: [open, { ...open, request_rate: 5 }] })
    expect(estimate(stages)).toMatchObject({ levels: 2, requests: 300, warmupRequests: 3, seconds: 40 })
    const mixed = RunDefinition.parse({
      ...filledRequired,
      stages: [open, { concurrency: 3, duration_seconds: 2.5 }],
    })
    expect(estimate(mixed)).toMatchObject({ levels: 2, requests: null, seconds: 22.5 })
    const replay = RunDefinition.parse({ ...filledRequired, replay: {}, dataset: { path: 't.jsonl' } })
    expect(estimate(replay)).toMatchObject({ levels: 1, requests: null, seconds: null })
  })
})

describe('commands', () => {
  it('quotes what a shell would read', () => {
    expect(shellQuote('Qwen/Qwen3-8B')).toBe('Qwen/Qwen3-8B')
    expect(shellQuote("it's $HOME")).toBe(String.raw`'it'\''s $HOME'`)
  })

  it('writes the agent command without what is default', () => {
    expect(agentCommand(definitionOf({}))).toBe(
      'agent run --server http://127.0.0.1:8000 --model simulator -c 1,4,16 -n 100 --input-len 256 --output-len 128',
    )
    expect(
      agentCommand(
        definitionOf({
          load: 'request_rate',
          rates: '5,10',
          bound: 'duration_seconds',
          duration_seconds: '60',
          warmup: '0',
          ttft_ms: '500',
          e2e_ms: '5000',
          key_source: 'env',
          api_key_env: 'OPENAI_API_KEY',
        }),
      ),
    ).toBe(
      'agent run --server http://127.0.0.1:8000 --model simulator --rate 5,10 --arrival poisson -d 60 --input-len 256 --output-len 128 --warmup 0 --api-key-env OPENAI_API_KEY --goodput ttft:500,e2e:5000',
    )
  })

  it.each([
    [
      {
        stages: [
          { concurrency: 10, duration_seconds: 30 },
          { request_rate: 5, duration_seconds: 60, arrival: 'constant' },
        ],
        grace_seconds: 5,
        cooldown: 0,
      },
      '--stages c10:30s,r5:60s --arrival constant --grace 5 --input-len 256 --output-len 128',
    ],
    [
      { ramp: { of: 'concurrency', from: 1, to: 64, steps: 7 }, cooldown: 8 },
      '-c 1..64:7 -n 100 --input-len 256 --output-len 128 --cooldown 8',
    ],
    [
      {
        ramp: { of: 'request_rate', from: 1, to: 20, steps: 5 },
        max_concurrency: 90,
        input_len: { min: 1, max: 9 },
      },
      '--rate 1..20:5 --max-concurrency 90 -n 100 --input-len 1-9 --output-len 128',
    ],
    [
      { replay: { speed: 4 }, dataset: { path: 't.jsonl', format: 'mooncake', output: 'output_len' } },
      '--replay 4 --input-len 256 --output-len 128 --dataset t.jsonl --dataset-format mooncake --dataset-output-len',
    ],
    [
      { dataset: { path: 'chats.json', order: 'shuffled', multi_turn: true }, tokenizer: 'q/tokenizer.json' },
      '-c 1 -n 100 --input-len 256 --output-len 128 --dataset chats.json --shuffle --multi-turn --tokenizer q/tokenizer.json',
    ],
    [
      { prefix: { len: 40, groups: 3 }, output_len: { mean: 9, std: 1, min: 2, max: 20 } },
      '-c 1 -n 100 --input-len 256 --output-len 9:1:2:20 --prefix-len 40 --prefix-groups 3',
    ],
  ])('writes every load and workload as flags (%#)', (fields, words) => {
    expect(agentCommand(RunDefinition.parse({ ...filledRequired, ...fields }))).toBe(
      `agent run --server http://127.0.0.1:8000 --model simulator ${words}`,
    )
  })

  it('writes no agent command for stages with arrivals of their own', () => {
    const stage = { request_rate: 1, duration_seconds: 1 }
    const stages = [stage, { ...stage, arrival: 'constant' }]
    expect(agentCommand(RunDefinition.parse({ ...filledRequired, stages }))).toBeNull()
  })

  it('never writes the API key', () => {
    const definition = definitionOf({ key_source: 'value', api_key: "sk-'secret" })
    const agent = agentCommand(definition)
    const curl = curlCommand(definition, 'http://localhost:8787')
    for (const command of [agent, curl]) expect(command).not.toContain('secret')
    expect(agent).toContain('--api-key "$LLM_API_KEY"')
    expect(curl).toContain(`"api_key":"'"$LLM_API_KEY"'"`)
  })

  it('posts the definition as it is validated', () => {
    const definition = definitionOf({ model: "a'b" })
    const curl = curlCommand(definition, 'http://localhost:8787')
    expect(curl).toContain("curl -X POST http://localhost:8787/api/v1/benchmark/run \\\n  -H 'Content-Type")
    const body = curl.slice(curl.indexOf("-d '") + 4, -1).replaceAll(String.raw`'\''`, "'")
    expect(RunDefinition.parse(JSON.parse(body))).toEqual(definition)
  })
})
