import { sampleResult } from '@llm-loadtest/schema/testing'
import ExcelJS from 'exceljs'
import { expect, it } from 'vitest'
import { evidenceTable, verdictTable } from './evidence-table.ts'
import { resultWorkbook } from './workbook.ts'

const [level, other] = sampleResult().results
if (!level || !other) throw new Error('the sample has two levels')
const evidence = {
  clock_source: 'performance.now',
  event_loop_delay_p99_ms: 1.5,
  event_loop_delay_max_ms: 20,
  agent_cpu_percent: 91,
  cpu_wait_percent: 3,
  gc_pauses: 4,
  gc_total_ms: 12,
  gc_longest_ms: 5,
  read_turns: 900,
  read_backlog_p99_ms: 0.5,
  read_backlog_max_ms: 2,
  prompt_wait_percent: 0,
  schedule_lag_p50_ms: 0.25,
  schedule_lag_p99_ms: 6,
  achieved_rate_ratio: 0.5,
  dropped_requests: 7,
}
const late = { ...level, validity: { verdict: 'suspect' as const, reasons: [], evidence } }
const results = [{ ...late, concurrency: null, request_rate: 2.5 }, other]

it('has every figure of every level, in its unit', () => {
  const { header, rows } = evidenceTable({ results })
  const [first = [], second = []] = rows.map((row) =>
    Object.fromEntries(row.map((cell, i) => [header[i], cell])),
  )
  expect(first).toEqual({
    Level: 1,
    Concurrency: null,
    'Request rate (1/s)': 2.5,
    Verdict: 'suspect',
    'Schedule lag p50 (ms)': 0.25,
    'Schedule lag p99 (ms)': 6,
    'Loop delay p99 (ms)': 1.5,
    'Loop delay max (ms)': 20,
    'Agent CPU (% of a core)': 91,
    'Core wait (%)': 3,
    'GC pauses': 4,
    'GC total (ms)': 12,
    'GC longest (ms)': 5,
    'Read turns': 900,
    'Read backlog p99 (ms)': 0.5,
    'Read backlog max (ms)': 2,
    'Prompt wait (%)': 0,
    'Achieved rate (%)': 50,
    Dropped: 7,
    Clock: 'performance.now',
  })
  // What nobody observed is empty.
  expect(second).toMatchObject({ Level: 2, Verdict: 'valid', 'Loop delay p99 (ms)': 1, 'GC pauses': null })
})

it('has in short the verdict and what it depends on', () => {
  const { header, rows } = verdictTable({ results })
  expect(header[0]).toBe('Verdict')
  expect(rows[0]).toEqual(['suspect', 6, 1.5, 20, 91, 3, 5, 0.5, 0, 50, 7])
})

it('is a sheet of the workbook', async () => {
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load((await resultWorkbook(sampleResult({ results }))).buffer as ArrayBuffer)
  const row = workbook.getWorksheet('Evidence')?.getRow(2)
  expect([4, 6, 18, 19].map((column) => row?.getCell(column).value)).toEqual(['suspect', 6, 50, 7])
})
