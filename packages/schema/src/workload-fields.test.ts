import { describe, expect, it } from 'vitest'
import { problemDetails } from './problem.ts'
import { RunDefinition } from './run-definition.ts'
import { expectedLength, shortestLength } from './workload-fields.ts'

const required = { server_url: 'http://127.0.0.1:8000', model: 'm' }
const parse = (changes: object) => RunDefinition.parse({ ...required, ...changes })

function problems(changes: object): Record<string, string> {
  const parsed = RunDefinition.safeParse({ ...required, ...changes })
  if (parsed.success) return {}
  return Object.fromEntries(problemDetails(parsed.error).map(({ path, message }) => [path, message]))
}

const dataset = { path: 'prompts.jsonl' }
const LENGTH = 'must be a whole number of tokens, 1 to 1000000, {mean, std, min, max} or {min, max}'
const TOKENIZER = 'must be auto, o200k_base, cl100k_base or the path of a tokenizer.json on the agent'

describe('a workload', () => {
  it('fills the defaults of what it has', () => {
    expect(parse({ dataset }).dataset).toEqual({
      path: 'prompts.jsonl',
      format: 'auto',
      order: 'file',
      multi_turn: false,
      output: 'file',
    })
    expect(parse({ prefix: { len: 100 } }).prefix).toEqual({ len: 100, groups: 1 })
    expect(parse({ tokenizer: 'qwen/tokenizer.json' }).tokenizer).toBe('qwen/tokenizer.json')
  })

  it('has fixed, normal and even lengths', () => {
    const normal = { mean: 100, std: 10, min: 50, max: 200 }
    const run = parse({ input_len: normal, output_len: { min: 10, max: 25 } })
    expect([shortestLength(run.input_len), expectedLength(run.input_len)]).toEqual([50, 100])
    expect([shortestLength(run.output_len), expectedLength(run.output_len)]).toEqual([10, 17.5])
    expect([shortestLength(7), expectedLength(7)]).toEqual([7, 7])
  })

  it.each([
    [{ input_len: { min: 9, max: 5 } }, 'input_len', 'must satisfy min <= max'],
    [{ input_len: { min: 9 } }, 'input_len', LENGTH],
    [{ input_len: { mean: 5, min: 1, max: 9 } }, 'input_len', LENGTH],
    [{ dataset, prefix: { len: 5 } }, 'prefix', 'does not go with dataset: the file has the prompts'],
    [
      { prefix: { len: 50 }, input_len: { min: 50, max: 90 } },
      'prefix.len',
      'must be less than the shortest prompt: input_len may be 50',
    ],
    [
      { dataset: { ...dataset, multi_turn: true }, endpoint: 'completions' },
      'dataset.multi_turn',
      'goes with endpoint "chat": a conversation is a list of messages',
    ],
    [
      { dataset: { ...dataset, multi_turn: true, format: 'mooncake' } },
      'dataset.multi_turn',
      'does not go with a trace: it has no conversations',
    ],
    [
      { dataset: { ...dataset, format: 'sharegpt' }, replay: {} },
      'dataset.format',
      'has no timestamps to replay: it takes mooncake',
    ],
    [
      { dataset: { ...dataset, order: 'shuffled' }, replay: {} },
      'dataset.order',
      'does not go with replay: a trace has its order',
    ],
    [{ dataset: { path: 'a\u0000b' } }, 'dataset.path', 'must not hold control characters'],
    [{ tokenizer: 'gpt2' }, 'tokenizer', TOKENIZER],
    [
      { tokenizer: 'a\u0000.json' },
      'tokenizer',
      'must be at most 4096 characters without control characters',
    ],
  ])('is refused in words (%#)', (changes, path, message) => {
    expect(problems(changes)).toEqual({ [path]: message })
  })
})
