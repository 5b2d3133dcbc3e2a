import type ExcelJS from 'exceljs'
import { neutralise } from './neutralise.ts'
import type { Table } from './summary.ts'

const MAX_COLUMN_WIDTH = 60
const HEADER_FONT = { bold: true, color: { argb: 'FFFFFFFF' } }
const HEADER_FILL = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FF1F3A5F' } } as const
/** Hangul, Han, kana and emoji, which take the width of two letters. */
const WIDE =
  /[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/gu

const textWidth = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0)

function columnWidth(table: Table, column: number): number {
  let widest = textWidth(table.header[column] ?? '')
  for (const row of table.rows) {
    const cell = row[column]
    const text = typeof cell === 'number' ? cell.toFixed(2) : String(cell ?? '')
    widest = Math.max(widest, textWidth(text))
  }
  return Math.min(MAX_COLUMN_WIDTH, widest + 2)
}

/** How a column's numbers are shown: with the unit that its header ends in, if any. */
function numberFormat(header: string, value: number): string {
  const unit = /\(([^()"]+)\)$/.exec(header)?.[1]
  const digits = unit === undefined && Number.isInteger(value) ? '#,##0' : '#,##0.00'
  if (unit === undefined) return digits
  return unit === '%' ? `${digits}"%"` : `${digits}" ${unit}"`
}

/** Adds a table as a sheet: the header styled, frozen and with filters, numbers as numbers in the unit of their column. */
export function addSheet(workbook: ExcelJS.Workbook, table: Table): void {
  const sheet = workbook.addWorksheet(table.name, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = table.header.map((header, column) => ({ header, width: columnWidth(table, column) }))
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: table.header.length } }
  sheet.getRow(1).eachCell((cell) => {
    cell.font = HEADER_FONT
    cell.fill = HEADER_FILL
  })
  for (const cells of table.rows) {
    const row = sheet.addRow(cells.map(neutralise))
    row.eachCell((cell, column) => {
      if (typeof cell.value === 'number') {
        cell.numFmt = numberFormat(table.header[column - 1] ?? '', cell.value)
      }
    })
  }
}
