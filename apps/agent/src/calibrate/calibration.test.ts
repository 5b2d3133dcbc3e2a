import { describe, expect, it } from 'vitest'
import { type CalibrationEnd, calibrate, endOf, largestWithin } from './calibration.ts'
import { affordable, type CalibrationPlan } from './calibration-plan.ts'
import { calibrationJson, calibrationText } from './calibration-text.ts'
import type { CalibratedLevel } from './level-collector.ts'

const level = (concurrency: number, ttftP99Ms: number | null, itlP99Ms: number | null): CalibratedLevel => ({
  concurrency,
  tokensPerSec: concurrency * 49.6,
  ttftP99Ms,
  itlP99Ms,
  serverLatenessP99Ms: 1.2,
  cpuPercent: 12.34,
  verdict: 'valid',
})
const levels = [level(1, 0.2, 0.1), level(50, 0.6, 0.4), level(200, 0.9, 3), level(800, 12, 9)]

describe('what a calibration tells', () => {
  it('is the largest load whose TTFT and ITL are both within the limit', () => {
    expect(largestWithin(levels, 1)?.concurrency).toBe(50)
    expect(largestWithin(levels, 5)?.concurrency).toBe(200)
    expect(largestWithin(levels, 0.1)).toBeNull()
    expect(largestWithin([level(1, null, 0.1)], 5)).toBeNull()
  })

  it('is a table, the limits and the reason of the end', () => {
    expect(calibrationText({ levels, end: 'error_limit' }).split('\n')).toEqual([
      'Concurrency  Tokens  TTFT error p99  ITL error p99            CPU  Server late p99  Verdict',
      '              (1/s)            (ms)           (ms)  (% of a core)             (ms)         ',
      '          1      50            0.20           0.10           12.3             1.20    valid',
      '         50    2480            0.60           0.40           12.3             1.20    valid',
      '        200    9920            0.90              3           12.3             1.20    valid',
      '        800   39680              12              9           12.3             1.20    valid',
      '',
      'Own timing error (p99) within 1 ms: up to concurrency 50, 2480 tokens/s',
      'Own timing error (p99) within 5 ms: up to concurrency 200, 9920 tokens/s',
      'Stopped where the error passed the larger limit.',
    ])
  })

  it('says honestly when it was not the agent that set the limit, or nothing was within', () => {
    const text = (end: CalibrationEnd) => calibrationText({ levels: [level(1, 2, 9)], end })
    expect(text('source_limit')).toContain('it, or a busy machine, was the limit rather than the agent')
    expect(text('plan_done')).toContain('within 5 ms: at no concurrency measured')
  })

  it('has the same figures as JSON', () => {
    expect(calibrationJson({ levels: levels.slice(0, 1), end: 'interrupted' })).toEqual({
      levels: [
        {
          concurrency: 1,
          tokens_per_sec: 49.6,
          ttft_error_p99_ms: 0.2,
          itl_error_p99_ms: 0.1,
          agent_cpu_percent: 12.34,
          server_lateness_p99_ms: 1.2,
          verdict: 'valid',
        },
      ],
      limits: [
        { error_limit_ms: 1, concurrency: 1, tokens_per_sec: 49.6 },
        { error_limit_ms: 5, concurrency: 1, tokens_per_sec: 49.6 },
      ],
      ended_by: 'interrupted',
    })
  })
})

it('knows why it went no further', () => {
  const plan = { concurrencies: [1, 800], tokens: { min: 3, max: 6 }, settleSeconds: 1, measureSeconds: 1 }
  const late = (of: CalibratedLevel): CalibratedLevel => ({ ...of, serverLatenessP99Ms: 6 })
  expect(endOf([level(1, 0.2, 0.1), level(800, 6, 1)], plan)).toBe('error_limit')
  expect(endOf([level(1, 6, 1), late(level(800, 7, 1))], plan)).toBe('error_limit')
  expect(endOf([level(1, 0.2, 0.1), late(level(800, 6, 1))], plan)).toBe('source_limit')
  expect(endOf([level(1, 9, 9), level(800, 0.6, 1)], plan)).toBe('plan_done')
  expect(endOf([level(1, 0.2, 0.1)], plan)).toBe('open_files')
})

it('leaves out what this process may not open the files for', () => {
  expect(affordable([1, 400, 800], 1024)).toEqual([1, 400])
  expect(affordable([1, 400, 6400], null)).toEqual([1, 400, 6400])
})

describe('calibrate', () => {
  const plan: CalibrationPlan = {
    concurrencies: [1, 4],
    tokens: { min: 3, max: 6 },
    settleSeconds: 0.2,
    measureSeconds: 0.5,
  }
  const options = { workers: 1, signal: new AbortController().signal }

  it('measures each concurrency against the truth, through the load engine itself', async () => {
    const seen: number[] = []
    // On a busy machine the first level may already be the last: what is measured is compared, not how good it is.
    const result = await calibrate(plan, { ...options, onLevel: ({ concurrency }) => seen.push(concurrency) })
    expect(seen).toEqual(result.levels.map(({ concurrency }) => concurrency))
    expect(seen[0]).toBe(1)
    for (const { tokensPerSec, ttftP99Ms, itlP99Ms, serverLatenessP99Ms } of result.levels) {
      expect(tokensPerSec).toBeGreaterThan(1)
      for (const ms of [ttftP99Ms, itlP99Ms, serverLatenessP99Ms]) expect(ms).toBeGreaterThan(0)
    }
  })

  it('keeps what it has when it is interrupted', async () => {
    const cancel = new AbortController()
    const result = await calibrate(
      { ...plan, concurrencies: [1, 2, 3, 4] },
      { ...options, signal: cancel.signal, onLevel: () => cancel.abort() },
    )
    expect([result.end, result.levels.map(({ concurrency }) => concurrency)]).toEqual(['interrupted', [1]])
  })
})
