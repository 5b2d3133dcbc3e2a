import { expect, it } from 'vitest'
import { RunConfig, RunDefinition } from './run-definition.ts'
import { shownConfig } from './secret.ts'

const required = { server_url: 'http://h', model: 'm' }

it('masks the API key and the value of every header, whatever its name', () => {
  const definition = RunDefinition.parse({
    ...required,
    api_key: 'sk-abcdefgh12345678',
    headers: { 'X-Api-Key': 'another-secret-value', 'x-team': 'blue', 'x-session': 'abcdefghijklmnop' },
  })
  const config = RunConfig.parse(shownConfig(definition))
  expect(config.api_key).toBe('sk-…5678')
  expect(config.headers).toEqual({ 'X-Api-Key': '…alue', 'x-team': '…', 'x-session': '…mnop' })
})

it('keeps everything else and leaves out what was not chosen', () => {
  expect(shownConfig(RunDefinition.parse({ ...required, duration_seconds: 5 }))).toStrictEqual({
    server_url: 'http://h',
    model: 'm',
    adapter: 'openai',
    endpoint: 'chat',
    concurrency: [1],
    duration_seconds: 5,
    input_len: 256,
    output_len: 128,
    stream: true,
    warmup: 3,
    cooldown: 0,
    timeout: 120,
    ignore_eos: false,
    seed: 0,
    tokenizer: 'auto',
  })
})
