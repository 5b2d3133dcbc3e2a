import ExcelJS from 'exceljs'
import { expect, it } from 'vitest'
import { addSheet } from './sheet.ts'
import type { Table } from './summary.ts'

/** The sheet as a reader of the written file sees it. */
async function written(table: Table): Promise<ExcelJS.Worksheet> {
  const workbook = new ExcelJS.Workbook()
  addSheet(workbook, table)
  const reader = new ExcelJS.Workbook()
  await reader.xlsx.load(await workbook.xlsx.writeBuffer())
  const sheet = reader.getWorksheet(table.name)
  if (!sheet) throw new Error('the sheet was not written')
  return sheet
}

const TABLE: Table = {
  name: 'Summary',
  header: ['Name', 'Requests', 'TTFT p50 (ms)', 'Error Rate (%)', 'Temperature (°C)', 'mean'],
  rows: [
    ['한국어 모델 🚀', 1200, 100, 12.5, 61, 1.25],
    ['=cmd()', 3, null, 0, null, 2],
  ],
}

it('styles the header, freezes it and filters by it', async () => {
  const sheet = await written(TABLE)
  for (const column of [1, 6]) {
    const cell = sheet.getRow(1).getCell(column)
    expect(cell.font).toMatchObject({ bold: true, color: { argb: 'FFFFFFFF' } })
    expect(cell.fill).toMatchObject({ pattern: 'solid', fgColor: { argb: 'FF1F3A5F' } })
  }
  expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
  expect(sheet.autoFilter).toBe('A1:F1')
})

it('has numbers as numbers, in the unit of their column', async () => {
  const row = (await written(TABLE)).getRow(2)
  const cells = [2, 3, 4, 5, 6].map((column) => row.getCell(column))
  expect(cells.map((cell) => cell.value)).toEqual([1200, 100, 12.5, 61, 1.25])
  expect(cells.map((cell) => cell.numFmt)).toEqual([
    '#,##0',
    '#,##0.00" ms"',
    '#,##0.00"%"',
    '#,##0.00" °C"',
    '#,##0.00',
  ])
})

it('keeps Korean and emoji, runs no formula, and leaves a cell without a value empty', async () => {
  const sheet = await written(TABLE)
  expect(sheet.getRow(2).getCell(1).value).toBe('한국어 모델 🚀')
  expect(sheet.getRow(3).getCell(1)).toMatchObject({ value: "'=cmd()", type: ExcelJS.ValueType.String })
  expect(sheet.getRow(3).getCell(3).value).toBeNull()
})

it('gives wide letters the room they take', async () => {
  // Five syllables, a rocket and two spaces, and a margin of two.
  expect((await written(TABLE)).getColumn(1).width).toBe(5 * 2 + 2 + 2 + 2)
})

it('drops control characters, which no workbook may hold', async () => {
  const sheet = await written({ name: 'T', header: ['a'], rows: [['x\u0000\u0008\u000by']] })
  expect(sheet.getRow(2).getCell(1).value).toBe('xy')
})
