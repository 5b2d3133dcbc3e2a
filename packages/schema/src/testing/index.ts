export { failedRecord, sampleRecord } from './sample-record.ts'
export { sampleResult } from './sample-result.ts'
