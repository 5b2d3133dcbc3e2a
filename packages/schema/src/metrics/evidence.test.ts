import { expect, it } from 'vitest'
import { mergeEvidence, NO_EVIDENCE } from './evidence.ts'

const clock = { ...NO_EVIDENCE, clock_source: 'a clock' }

it('takes the worst of each figure over the load threads, and adds up what is counted', () => {
  const calm = {
    ...clock,
    event_loop_delay_p99_ms: 0.5,
    event_loop_delay_max_ms: 9,
    agent_cpu_percent: 70,
    cpu_wait_percent: 1,
    gc_pauses: 3,
    gc_total_ms: 4.5,
    gc_longest_ms: 2.5,
    read_turns: 100,
    read_backlog_p99_ms: 0.2,
    read_backlog_max_ms: 3,
    prompt_wait_percent: 60,
  }
  const starved = {
    ...clock,
    event_loop_delay_p99_ms: 40,
    event_loop_delay_max_ms: 60,
    agent_cpu_percent: 30,
    cpu_wait_percent: 55,
    gc_pauses: 2,
    gc_total_ms: 1.5,
    gc_longest_ms: 1,
    read_turns: 50,
    read_backlog_p99_ms: 30,
    read_backlog_max_ms: 50,
    prompt_wait_percent: 2,
  }
  expect(mergeEvidence([calm, starved])).toEqual({
    clock_source: 'a clock',
    event_loop_delay_p99_ms: 40,
    event_loop_delay_max_ms: 60,
    agent_cpu_percent: 70,
    cpu_wait_percent: 55,
    gc_pauses: 5,
    gc_total_ms: 6,
    gc_longest_ms: 2.5,
    read_turns: 150,
    read_backlog_p99_ms: 30,
    read_backlog_max_ms: 50,
    prompt_wait_percent: 60,
  })
})

it('leaves out a thread that could not observe a figure, and keeps null where none could', () => {
  const merged = mergeEvidence([NO_EVIDENCE, { ...clock, agent_cpu_percent: 12 }])
  expect(merged).toEqual({ ...clock, agent_cpu_percent: 12 })
  expect(mergeEvidence([])).toEqual(NO_EVIDENCE)
})
