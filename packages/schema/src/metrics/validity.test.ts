import { describe, expect, it } from 'vitest'
import { RunValidity } from '../run-result.ts'
import { type LevelEvidence, Validity } from '../validity.ts'
import { distribution } from './distribution.ts'
import { NO_EVIDENCE } from './evidence.ts'
import { reasonSentence } from './reason-sentence.ts'
import { judgeLevel } from './validity.ts'

const NOTHING = { evidence: NO_EVIDENCE, agentLag: null, achievedRateRatio: null, dropped: 0, requests: 1 }
const judge = (evidence: Partial<LevelEvidence>) =>
  judgeLevel({ ...NOTHING, evidence: { ...NO_EVIDENCE, ...evidence } })

describe('judgeLevel', () => {
  it.each([
    ['event_loop_delay_p99_ms', 'event_loop_delay', 10, 50],
    ['event_loop_delay_max_ms', 'event_loop_stall', 250, null],
    ['agent_cpu_percent', 'agent_cpu', 85, 98],
    ['cpu_wait_percent', 'cpu_wait', 20, 50],
    ['gc_longest_ms', 'gc_pause', 50, null],
    ['prompt_wait_percent', 'prompt_wait', 5, 25],
  ] as const)('judges %s: valid up to its limit, suspect and invalid beyond', (figure, code, suspect, invalid) => {
    expect(judge({ [figure]: suspect })).toMatchObject({ verdict: 'valid', reasons: [] })
    expect(judge({ [figure]: suspect + 0.5 })).toMatchObject({
      verdict: 'suspect',
      reasons: [{ code, verdict: 'suspect', value: suspect + 0.5, limit: suspect }],
    })
    const most = judge({ [figure]: 100_000 })
    expect(most.verdict).toBe(invalid === null ? 'suspect' : 'invalid')
    expect(most.reasons).toMatchObject([{ code, value: 100_000, limit: invalid ?? suspect }])
  })

  it('judges the read backlog from so many turns that its p99 is not the longest', () => {
    expect(judge({ read_turns: 99, read_backlog_p99_ms: 80 }).reasons).toEqual([])
    expect(judge({ read_turns: 100, read_backlog_p99_ms: 80 })).toMatchObject({
      verdict: 'invalid',
      reasons: [{ code: 'read_backlog', verdict: 'invalid', value: 80, limit: 50 }],
    })
  })

  it('judges an open loop by its lag, the rate it achieved and what it dropped', () => {
    const agentLag = distribution([6, 6, 6])
    expect(judgeLevel({ ...NOTHING, agentLag, achievedRateRatio: 0.5, dropped: 7 })).toMatchObject({
      verdict: 'suspect',
      reasons: [
        { code: 'schedule_lag', verdict: 'suspect', value: 6, limit: 5 },
        { code: 'achieved_rate', verdict: 'suspect', value: 50, limit: 95 },
        { code: 'dropped', verdict: 'suspect', value: 7, limit: 0 },
      ],
      evidence: {
        schedule_lag_p50_ms: 6,
        schedule_lag_p99_ms: 6,
        achieved_rate_ratio: 0.5,
        dropped_requests: 7,
      },
    })
  })

  it('does not call a level sound of which nothing was measured', () => {
    const { verdict, reasons } = judgeLevel({ ...NOTHING, requests: 0 })
    expect(verdict).toBe('suspect')
    expect(reasons.map(reasonSentence)).toEqual([
      'Requests measured: 0, fewer than 1. The level was over before anything was sent.',
    ])
  })

  it('does not judge what was not observed', () => {
    expect(judgeLevel(NOTHING)).toMatchObject({ verdict: 'valid', reasons: [] })
  })

  it('has the worst of several reasons for its verdict', () => {
    const both = judge({ agent_cpu_percent: 90, cpu_wait_percent: 60 })
    expect(both.verdict).toBe('invalid')
    expect(both.reasons).toHaveLength(2)
  })
})

describe('reasonSentence', () => {
  it('says what was seen and what the limit is', () => {
    const sentences = judge({ agent_cpu_percent: 91.26, cpu_wait_percent: 60 }).reasons.map(reasonSentence)
    expect(sentences).toEqual([
      'Agent CPU use was 91.3 % of a core, more than 85 %: the load generator was too busy.',
      'The load generator waited for a free core 60.0 % of the time, more than 50 %: others took the CPU.',
    ])
    const [dropped] = judgeLevel({ ...NOTHING, dropped: 7 }).reasons.map(reasonSentence)
    expect(dropped).toBe('Requests dropped: 7. The most allowed were in flight when they were due.')
  })
})

describe('a result stored by an earlier version', () => {
  const sentence = 'Agent CPU use was 90.0 % of a core, more than 85 % of a core'

  it('is read: its reasons are sentences, and figures it did not have are null', () => {
    const evidence = {
      event_loop_delay_p99_ms: 1.5,
      agent_cpu_percent: 90,
      schedule_lag_p99_ms: null,
      achieved_rate_ratio: null,
      dropped_requests: 0,
    }
    const read = Validity.parse({ verdict: 'suspect', reasons: [sentence], evidence })
    expect(read.reasons.map(reasonSentence)).toEqual([sentence])
    expect(read.evidence).toEqual({ ...NO_EVIDENCE, schedule_lag_p50_ms: null, ...evidence })
    const reasons = [{ level_index: 1, reason: sentence }]
    expect(RunValidity.parse({ verdict: 'suspect', reasons }).reasons).toEqual(reasons)
  })
})
