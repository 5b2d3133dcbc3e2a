import { sampleResult } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import { resultText } from './result-table.ts'

const [closed, failing] = sampleResult().results
if (!closed || !failing) throw new Error('the sample has two levels')
const open = { ...failing, concurrency: null, request_rate: 2.5 }
const replay = { ...failing, index: 2, concurrency: null, request_rate: null }

/** The first column of the table: two lines of head, then the levels. */
const firstColumn = (results: (typeof closed)[]): string[] =>
  resultText(sampleResult({ results }))
    .split('\n')
    .slice(0, results.length + 2)
    .map((line) => line.trim().split('  ')[0] ?? '')

it('gives levels of one kind as numbers under a head of their own', () => {
  expect(firstColumn([closed, failing])).toEqual(['Concurrency', '(tok/s)', '1', '4'])
  expect(firstColumn([open, open])).toEqual(['Rate', '(req/s)', '2.50', '2.50'])
})

it('names each level of a mixture, and a replay', () => {
  expect(firstColumn([closed, open])).toEqual(['Load', '(tok/s)', 'concurrency 1', 'rate 2.5/s'])
  expect(firstColumn([replay])).toEqual(['Load', '(tok/s)', 'replay'])
  expect(resultText(sampleResult({ results: [open, replay] }))).toContain(
    'Failed requests:\n  rate 2.5/s: 1 × HTTP_500\n  replay: 1 × HTTP_500',
  )
})

it('shows what the load generator observed of itself when a level is not valid, or when asked', () => {
  const title = 'The load generator itself:'
  expect(resultText(sampleResult())).not.toContain(title)
  const { validity } = closed
  const late = { ...closed, validity: { ...validity, verdict: 'suspect' as const } }
  const lines = resultText(sampleResult({ results: [late, failing] })).split('\n')
  const table = lines.slice(lines.indexOf(title) + 1).slice(0, 4)
  expect(table.map((line) => line.trim().split(/ {2,}/).slice(0, 6))).toEqual([
    ['Concurrency', 'Verdict', 'Lag p99', 'Delay p99', 'Delay max', 'CPU'],
    ['(ms)', '(ms)', '(ms)', '(%)', '(%)', '(ms)'],
    ['1', 'suspect', '–', '1', '–', '20'],
    ['4', 'valid', '–', '1', '–', '20'],
  ])
  expect(lines.indexOf(title)).toBeLessThan(lines.findIndex((line) => line.startsWith('Measurement: ')))
  expect(resultText(sampleResult(), { evidence: true })).toContain(title)
})
