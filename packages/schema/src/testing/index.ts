export { lostGpuReading, sampleGpu, sampleGpuReading } from './sample-gpu.ts'
export { failedRecord, sampleRecord } from './sample-record.ts'
export { sampleResult } from './sample-result.ts'
