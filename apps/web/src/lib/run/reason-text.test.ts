import { ReasonCode } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { ko } from '../../i18n/ko.ts'
import { createFormat } from '../format.ts'
import { reasonText } from './reason-text.ts'

const reason = (code: ReasonCode, value: number, limit: number) => ({
  code,
  verdict: 'suspect' as const,
  value,
  limit,
})

it('puts the figure and its limit into a sentence of the page’s language', () => {
  const lag = reason('schedule_lag', 60.04, 5)
  expect(reasonText(lag, en, createFormat('en'))).toBe(
    'Send-schedule lag p99 was 60.0 ms, more than 5 ms: the load generator was late with its sends.',
  )
  expect(reasonText(lag, ko, createFormat('ko'))).toBe(
    '전송 일정 지연 p99이 60.0 ms로 5 ms를 넘었습니다. 부하 생성기가 제때 보내지 못했습니다.',
  )
})

it('counts dropped requests in whole numbers', () => {
  expect(reasonText(reason('dropped', 1200, 0), en, createFormat('en'))).toBe(
    'Requests dropped: 1,200. The most allowed were in flight when they were due.',
  )
})

it('has a sentence for every reason', () => {
  for (const code of ReasonCode.options) {
    for (const language of [en, ko])
      expect(reasonText(reason(code, 77, 3), language, createFormat('en'))).toContain('77')
  }
})

it('leaves the sentence of an earlier version as it is', () => {
  expect(reasonText('The clock went backwards', ko, createFormat('ko'))).toBe('The clock went backwards')
})
