import { describe, expect, it } from 'vitest'
import { problemDetails } from './problem.ts'
import { RunConfig, RunDefinition } from './run-definition.ts'

const required = { server_url: 'http://127.0.0.1:8000', model: 'm' }
const parse = (changes: object) => RunDefinition.parse({ ...required, ...changes })

function problems(changes: object): Record<string, string> {
  const parsed = RunDefinition.safeParse({ ...required, ...changes })
  if (parsed.success) return {}
  return Object.fromEntries(problemDetails(parsed.error).map(({ path, message }) => [path, message]))
}

const trace = { dataset: { path: 'trace.jsonl', format: 'mooncake' } }
const rate = { request_rate: { rates: [1] } }
const ramp = { of: 'concurrency', from: 1, to: 8, steps: 4 }
const stages = [{ concurrency: 2, duration_seconds: 5 }]

describe('a load', () => {
  it('has no default count where it has an end of its own', () => {
    for (const load of [{ stages }, { replay: {}, ...trace }, { ramp, duration_seconds: 5 }]) {
      const run = parse(load)
      expect([run.concurrency, run.num_prompts]).toEqual([undefined, undefined])
    }
    expect(parse({ ramp }).num_prompts).toBe(100)
    expect(parse({ replay: {}, ...trace }).replay).toEqual({ speed: 1 })
  })

  it.each([
    { ramp, cooldown: 8 },
    { stages, grace_seconds: 0 },
    { replay: { speed: 4 }, ...trace, max_concurrency: 100, cooldown: 5 },
    { replay: {}, ...trace, num_prompts: 20, cooldown: 5 },
    { request_rate: { rates: [5] }, max_concurrency: 10, duration_seconds: 10, grace_seconds: 2 },
  ])('means the same when it is sent over the wire and parsed again (%#)', (load) => {
    const sent = JSON.parse(JSON.stringify(parse(load)))
    expect(RunDefinition.parse(sent)).toEqual(parse(load))
    expect(RunConfig.safeParse(sent).success).toBe(true)
  })

  it.each([
    [{ concurrency: [1], ramp }, 'ramp', 'give either concurrency or ramp, not both'],
    [{ ...rate, stages }, 'stages', 'give either request_rate or stages, not both'],
    [{ stages, replay: {}, ...trace }, 'replay', 'give either stages or replay, not both'],
    [{ ramp: { ...ramp, to: 1 } }, 'ramp.to', 'must differ from "from"'],
    [{ ramp: { ...ramp, from: 1.5 } }, 'ramp.from', 'must be a whole number of requests in flight'],
    [{ ramp: { ...ramp, arrival: 'gamma' } }, 'ramp.arrival', 'applies to request_rate, not to concurrency'],
    [
      { ramp: { ...ramp, of: 'request_rate', burstiness: 2 } },
      'ramp.burstiness',
      'applies to arrival "gamma" only',
    ],
    [{ stages: [{ duration_seconds: 1 }] }, 'stages[0]', 'must have either concurrency or request_rate'],
    [
      { stages: [{ concurrency: 1, request_rate: 1, duration_seconds: 1 }] },
      'stages[0]',
      'must have either concurrency or request_rate',
    ],
    [
      { stages: [...stages, { concurrency: 1, duration_seconds: 1, arrival: 'constant' }] },
      'stages[1].arrival',
      'applies to request_rate, not to concurrency',
    ],
    [
      { stages: [{ request_rate: 1, duration_seconds: 1, burstiness: 2 }] },
      'stages[0].burstiness',
      'applies to arrival "gamma" only',
    ],
    [{ stages, num_prompts: 5 }, 'num_prompts', 'does not go with stages: each has a length of its own'],
    [
      { stages, duration_seconds: 5 },
      'duration_seconds',
      'does not go with stages: each has a length of its own',
    ],
    [
      { grace_seconds: 5 },
      'grace_seconds',
      'goes with duration_seconds or stages: without them every request is waited for',
    ],
    [
      { duration_seconds: 5, cooldown: 1 },
      'cooldown',
      'goes with num_prompts: a level bounded by time has no last request',
    ],
    [{ cooldown: 100 }, 'cooldown', 'must be less than num_prompts (100)'],
    [{ num_prompts: 10, cooldown: 10 }, 'cooldown', 'must be less than num_prompts (10)'],
    [
      { max_concurrency: 5 },
      'max_concurrency',
      'goes with request rates and replay: a closed loop never has more in flight',
    ],
    [
      { stages, max_concurrency: 5 },
      'max_concurrency',
      'goes with request rates and replay: a closed loop never has more in flight',
    ],
    [{ replay: {} }, 'replay', 'needs a dataset whose requests have timestamps (format mooncake)'],
  ])('is refused in words (%#)', (changes, path, message) => {
    expect(problems(changes)).toEqual({ [path]: message })
  })
})
