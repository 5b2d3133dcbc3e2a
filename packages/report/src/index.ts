export { gpuCsv, gpuSamplesCsv, summaryCsv } from './csv.ts'
export { verdictTable } from './evidence-table.ts'
export { type Cell, summaryTable, type Table } from './summary.ts'
export { resultWorkbook } from './workbook.ts'
