import { sampleResult } from '@llm-loadtest/schema/testing'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { resultWorkbook, summaryCsv, summaryTable } from './index.ts'
import { neutralise } from './neutralise.ts'

const HEADER =
  'Concurrency,Throughput (tok/s),TTFT p50 (ms),TTFT p99 (ms),TPOT p50 (ms),TPOT p99 (ms),E2E p50 (ms),E2E p99 (ms),' +
  'Requests,Success,Error Rate (%),Goodput (%)'

describe('summaryCsv', () => {
  it('has the documented header and a line a level, numbers in full', () => {
    const { results } = sampleResult()
    const [first, second] = results
    expect(summaryCsv({ results }).split('\r\n')).toEqual([
      HEADER,
      `1,${first?.throughput_tokens_per_sec},100,100,10,10,140,140,3,3,0,100`,
      `4,${second?.throughput_tokens_per_sec},100,100,10,10,140,140,3,2,${(1 / 3) * 100},${(2 / 3) * 100}`,
      '',
    ])
  })

  it('leaves a cell empty where there is no value', () => {
    const [level] = sampleResult().results
    if (!level) throw new Error('the sample has a level')
    const bare = {
      ...level,
      ttft: null,
      tpot: null,
      goodput: null,
      throughput_tokens_per_sec: null,
      concurrency: null,
      request_rate: 5,
    }
    expect(summaryCsv({ results: [bare] }).split('\r\n')[1]).toBe(',,,,,,140,140,3,3,0,')
  })

  it('names a replay, which has neither a concurrency nor a rate', () => {
    const [level] = sampleResult().results
    if (!level) throw new Error('the sample has a level')
    const replay = { ...level, concurrency: null, request_rate: null }
    expect(summaryCsv({ results: [replay] }).split('\r\n')[1]).toMatch(/^replay,/)
  })
})

describe('resultWorkbook', () => {
  it('has typed numbers, frozen headers and the same cells as the summary', async () => {
    const result = sampleResult()
    const workbook = new ExcelJS.Workbook()
    await workbook.xlsx.load((await resultWorkbook(result)).buffer as ArrayBuffer)
    expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual([
      'Summary',
      'Statistics',
      'Errors',
      'Evidence',
      'Run definition',
    ])
    const sheet = workbook.getWorksheet('Summary')
    const rows = [1, 2, 3].map((n) => sheet?.getRow(n).values)
    const table = summaryTable(result)
    expect(rows.map((row) => (Array.isArray(row) ? row.slice(1) : row))).toEqual([
      table.header,
      ...table.rows,
    ])
    expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
    expect(workbook.getWorksheet('Errors')?.getRow(2).values).toEqual([
      undefined,
      2,
      4,
      undefined,
      'HTTP_500',
      1,
    ])
  })

  it('keeps Korean and emoji, and neutralises what a spreadsheet would run', async () => {
    const base = sampleResult()
    const config = { ...base.config, name: '한국어 모델 🚀', model: '=HYPERLINK("http://evil")' }
    const workbook = new ExcelJS.Workbook()
    await workbook.xlsx.load((await resultWorkbook({ ...base, config })).buffer as ArrayBuffer)
    const cells = new Map<unknown, unknown>()
    workbook
      .getWorksheet('Run definition')
      ?.eachRow((row) => cells.set(row.getCell(1).value, row.getCell(2).value))
    expect(cells.get('name')).toBe('한국어 모델 🚀')
    expect(cells.get('model')).toBe('\'=HYPERLINK("http://evil")')
  })
})

describe('neutralise', () => {
  it.each(['=1+1', '+1', '-1', '@SUM', '\tx', '\rx'])('quotes %j', (text) => {
    expect(neutralise(text)).toBe(`'${text}`)
  })
  it('leaves numbers, plain text and nothing alone', () => {
    expect([neutralise(-1), neutralise('a=b'), neutralise(null)]).toEqual([-1, 'a=b', null])
  })
})
