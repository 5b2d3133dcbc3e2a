import { RequestRecord } from '@llm-loadtest/schema'
import { failedRecord, sampleRecord } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import { REQUESTS_CSV, REQUESTS_JSONL } from './request-rows.ts'

const HEADER =
  'request_id,level_index,index,warmup,cooldown,outcome,http_status,intended_ms,sent_ms,connect_ms,first_event_ms,' +
  'first_token_ms,first_output_token_ms,last_token_ms,stream_end_ms,ttft_ms,ttfo_ms,tpot_ms,e2e_ms,schedule_lag_ms,' +
  'content_events,input_tokens,input_tokens_source,local_input_tokens,output_tokens,output_tokens_source,' +
  'local_output_tokens,server_output_tokens,reasoning_tokens,reasoned,finish_reason,error_message'

it('has a header and a flat row a request, times in ms', () => {
  const reasoned = sampleRecord({ intended_ms: -3, reasoned: true, first_output_token_ms: 120 })
  expect(REQUESTS_CSV.head).toBe(`${HEADER}\r\n`)
  expect(REQUESTS_CSV.rows([reasoned])).toBe(
    'req-1,0,0,false,false,ok,200,-3,0,0,99,100,120,140,141,100,120,10,140,3,5,10,usage,10,5,usage,,,,true,length,\r\n',
  )
})

it('leaves what is not known empty, and runs no formula', () => {
  const failed = failedRecord({
    request_id: '=cmd()',
    sent_ms: null,
    connect_ms: null,
    stream_end_ms: null,
    http_status: null,
    outcome: 'DROPPED',
    error_message: '@SUM(1), "한국어" 🚀\r\nmore',
  })
  expect(REQUESTS_CSV.rows([failed])).toBe(
    `'=cmd(),0,0,false,false,DROPPED,${','.repeat(14)}0,,,10,,,,,,false,,"'@SUM(1), ""한국어"" 🚀\r\nmore"\r\n`,
  )
})

it('has every column of a record but its events, whose number it gives', () => {
  const columns = HEADER.split(',')
  const fields = Object.keys(RequestRecord.shape).filter((field) => !field.startsWith('event_'))
  expect(columns).toEqual(expect.arrayContaining(fields))
})

it('writes a record a line, as it is', () => {
  const records = [sampleRecord(), failedRecord({ error_message: 'two\nlines' })]
  const lines = REQUESTS_JSONL.rows(records).split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => RequestRecord.parse(JSON.parse(line)))).toEqual(records)
  expect([REQUESTS_JSONL.head, REQUESTS_JSONL.rows([]), REQUESTS_CSV.rows([])]).toEqual(['', '', ''])
})

it('ends with a line that cannot pass for a request when it is not complete', () => {
  expect(REQUESTS_CSV.failure('"no"')).toBe('"ERROR: ""no"""\r\n')
  expect(REQUESTS_JSONL.failure('"no"')).toBe('{"error":{"message":"\\"no\\""}}\n')
})
