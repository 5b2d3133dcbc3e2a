import type { RunResult } from '@llm-loadtest/schema'
import { stringify } from 'csv-stringify/sync'
import { gpuSamplesTable, gpuTable } from './gpu-tables.ts'
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

/** The GPU figures as CSV: of each level a line a device and one for all, then of the run; its header alone without GPU. */
export function gpuCsv(result: Pick<RunResult, 'gpu' | 'results'>): string {
  return tableCsv(gpuTable(result))
}

/** The GPUs' readings over the run as CSV, a line a device and point in time; its header alone without GPU. */
export function gpuSamplesCsv(result: Pick<RunResult, 'gpu'>): string {
  return tableCsv(gpuSamplesTable(result))
}
