import { describe, expect, it } from 'vitest'
import { readError, readPiece } from './completion.ts'

const delta = (value: object) => ({ choices: [{ delta: value, finish_reason: null }] })

describe('readPiece', () => {
  it.each([
    ['a role alone', delta({ role: 'assistant' }), null, null],
    ['an empty delta', delta({ content: '' }), null, null],
    ['null content', delta({ content: null }), null, null],
    ['content', delta({ content: 'Hi' }), 'Hi', null],
    ['reasoning_content', delta({ reasoning_content: 'Hm', content: null }), null, 'Hm'],
    ['reasoning', delta({ reasoning: 'Hm' }), null, 'Hm'],
    ['both', delta({ reasoning: 'Hm', content: 'Hi' }), 'Hi', 'Hm'],
    ['a refusal', delta({ refusal: 'No' }), 'No', null],
    ['a tool call', delta({ tool_calls: [{ function: { name: 'f', arguments: '{"a"' } }] }), 'f{"a"', null],
    ['an old function call', delta({ function_call: { name: 'f', arguments: '' } }), 'f', null],
    ['completions text', { choices: [{ text: 'Hi' }] }, 'Hi', null],
    ['a whole message', { choices: [{ message: { content: 'Hi' } }] }, 'Hi', null],
    ['no choices', { choices: [] }, null, null],
    ['content in parts', delta({ content: [{ type: 'text', text: 'Hi' }, { text: '!' }] }), 'Hi!', null],
    ['no parts', delta({ content: [] }), null, null],
    ['parts without text', delta({ content: [{ type: 'image_url' }, 'x', null, 1] }), null, null],
    [
      'parts of reasoning',
      delta({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'H' }, { text: 'm' }] },
          { type: 'thinking', thinking: '.' },
          { type: 'text', text: 'Hi' },
        ],
      }),
      'Hi',
      'Hm.',
    ],
    ['something else', [1, 'x', null], null, null],
    ['null', null, null, null],
  ])('reads %s', (_, body, output, reasoning) => {
    expect(readPiece(body)).toMatchObject({ output, reasoning })
  })

  it('reads the finish reason and the usage', () => {
    const body = {
      choices: [{ delta: {}, finish_reason: 'length' }],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 5,
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    }
    expect(readPiece(body)).toEqual({
      output: null,
      reasoning: null,
      finishReason: 'length',
      usage: { inputTokens: 3, outputTokens: 5, reasoningTokens: 2 },
    })
  })

  it.each([
    [-1, '5'],
    [1e20, 4e9],
    [1.5, 1e8 + 1],
  ])('takes the counts %j and %j for missing: they are none', (prompt_tokens, completion_tokens) => {
    expect(readPiece({ usage: { prompt_tokens, completion_tokens } }).usage).toEqual({
      inputTokens: null,
      outputTokens: null,
      reasoningTokens: null,
    })
  })
})

describe('readError', () => {
  it.each([
    [{ error: { message: 'no such model', code: 404 } }, 'no such model'],
    [{ error: 'overloaded' }, 'overloaded'],
    [{ object: 'error', message: 'bad request' }, 'bad request'],
    [{ error: { code: 7 } }, '{"code":7}'],
    [{ choices: [] }, null],
    [{ error: null, choices: [] }, null],
  ])('reads %j', (body, message) => {
    expect(readError(body)).toBe(message)
  })
})
