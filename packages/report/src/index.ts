export { gpuCsv, gpuSamplesCsv, summaryCsv } from './csv.ts'
export { type Cell, summaryTable, type Table } from './summary.ts'
export { resultWorkbook } from './workbook.ts'
