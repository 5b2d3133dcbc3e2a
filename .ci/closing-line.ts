// Prints `N passed, N failed[, N skipped]` from vitest's JSON report and the outcome of the verification.
import { existsSync, readFileSync } from 'node:fs'

const [reportPath = '', verify = 'failed'] = process.argv.slice(2)
const report: Record<string, unknown> = existsSync(reportPath)
  ? JSON.parse(readFileSync(reportPath, 'utf8'))
  : {}
const count = (field: string): number => (typeof report[field] === 'number' ? report[field] : 0)

const passed = count('numPassedTests') + (verify === 'passed' ? 1 : 0)
// A run that failed without a failed test (a file that does not load, a crash) still counts as a failure.
const testFailures = Math.max(count('numFailedTests'), report['success'] === true ? 0 : 1)
const failed = testFailures + (verify === 'passed' ? 0 : 1)
const skipped = count('numPendingTests') + count('numTodoTests')

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
if (failed > 0) process.exitCode = 1
