import type { RunResult } from '@llm-loadtest/schema'
import { stringify } from 'csv-stringify/sync'
import { neutralise } from './neutralise.ts'
import { summaryTable, type Table } from './summary.ts'

function tableCsv(table: Table): string {
  return stringify([table.header, ...table.rows.map((row) => row.map(neutralise))], {
    record_delimiter: 'windows',
  })
}

/** The summary as CSV (RFC 4180): the header METRICS names, one line a load level, an empty cell for no value. */
export function summaryCsv(result: Pick<RunResult, 'results'>): string {
  return tableCsv(summaryTable(result))
}
