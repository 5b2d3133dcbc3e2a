import { RunConfig } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { levelNumbered, oneLevel } from './level-choice.ts'

const config = (load: object) => RunConfig.parse({ server_url: 'http://llm.test', model: 'm', ...load })

it('takes the level named, or the only one', () => {
  const two = config({ concurrency: [1, 10] })
  expect(levelNumbered(two, 1)).toEqual({ kind: 'concurrency', index: 1, concurrency: 10 })
  expect(oneLevel(two, 0)).toMatchObject({ index: 0, concurrency: 1 })
  expect(oneLevel(config({ concurrency: [7] }), undefined)).toMatchObject({ index: 0, concurrency: 7 })
})

it.each([
  [{ concurrency: [1, 10] }, 'this format is of one level: give 0 (concurrency 1), 1 (concurrency 10)'],
  [
    { request_rate: { rates: [0.5, 2] } },
    'this format is of one level: give 0 (0.5 requests/s), 1 (2 requests/s)',
  ],
  [{ concurrency: Array.from({ length: 11 }, (_, i) => i + 1) }, 'this format is of one level: give 0 to 10'],
])('names the choices of %j', (load, message) => {
  expect(() => oneLevel(config(load), undefined)).toThrow(
    expect.objectContaining({ code: 'unprocessable', details: [{ path: 'level', message }] }),
  )
})

it('refuses a level that is not', () => {
  const replay = config({ replay: { speed: 1 } })
  for (const choose of [levelNumbered, oneLevel]) {
    expect(() => choose(replay, 1)).toThrow(
      expect.objectContaining({ details: [{ path: 'level', message: 'this run has 0 (replay)' }] }),
    )
  }
})
