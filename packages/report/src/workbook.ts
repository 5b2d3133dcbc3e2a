import type { RunResult } from '@llm-loadtest/schema'
import ExcelJS from 'exceljs'
import { definitionTable, errorsTable, statisticsTable } from './detail-tables.ts'
import { evidenceTable } from './evidence-table.ts'
import { gpuSamplesTable, gpuTable } from './gpu-tables.ts'
import { neutralise } from './neutralise.ts'
import { summaryTable, type Table } from './summary.ts'

const MAX_COLUMN_WIDTH = 60

function columnWidth(table: Table, column: number): number {
  let widest = table.header[column]?.length ?? 0
  for (const row of table.rows) {
    const cell = row[column]
    const width = typeof cell === 'number' ? cell.toFixed(2).length : String(cell ?? '').length
    widest = Math.max(widest, width)
  }
  return Math.min(MAX_COLUMN_WIDTH, widest + 2)
}

function addSheet(workbook: ExcelJS.Workbook, table: Table): void {
  const sheet = workbook.addWorksheet(table.name, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = table.header.map((header, column) => ({ header, width: columnWidth(table, column) }))
  sheet.getRow(1).font = { bold: true }
  for (const cells of table.rows) {
    const row = sheet.addRow(cells.map(neutralise))
    row.eachCell((cell) => {
      if (typeof cell.value === 'number' && !Number.isInteger(cell.value)) cell.numFmt = '#,##0.00'
    })
  }
}

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
