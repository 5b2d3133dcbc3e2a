import type { RunResult } from '@llm-loadtest/schema'
import ExcelJS from 'exceljs'
import { definitionTable, errorsTable, statisticsTable } from './detail-tables.ts'
import { evidenceTable } from './evidence-table.ts'
import { gpuSamplesTable, gpuTable } from './gpu-tables.ts'
import { addSheet } from './sheet.ts'
import { summaryTable } from './summary.ts'

/**
 * The result as an Excel workbook (.xlsx bytes), numbers as numbers: summary, statistics, errors, the load generator's
 * evidence, GPU figures and samples where there was a GPU, run definition.
 */
export async function resultWorkbook(result: RunResult): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook()
  workbook.creator = 'LLM Loadtest'
  workbook.created = new Date(result.completed_at ?? result.created_at)
  for (const table of [
    summaryTable(result),
    statisticsTable(result),
    errorsTable(result),
    evidenceTable(result),
    ...(result.gpu ? [gpuTable(result), gpuSamplesTable(result)] : []),
    definitionTable(result),
  ]) {
    addSheet(workbook, table)
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer())
}
