import { HranaError, toWireError } from './hrana-error.ts'
import type { LockQueue } from './lock-queue.ts'
import { beginsDeferred, mayWrite } from './sql-text.ts'
import type { Stream } from './stream.ts'
import type { BatchCondition, BatchResult, BatchStep } from './wire.ts'

/**
 * Runs the steps of a batch in order, each when its condition holds. A deferred transaction with a step that
 * writes begins IMMEDIATE instead: a reader that turns writer while another stream writes could only fail.
 */
export async function runBatch(stream: Stream, steps: BatchStep[], locks: LockQueue): Promise<BatchResult> {
  const result: BatchResult = { step_results: steps.map(() => null), step_errors: steps.map(() => null) }
  const texts = steps.map(({ stmt }) => stream.textOf(stmt))
  const writes = texts.some(mayWrite)
  for (const [index, step] of steps.entries()) {
    if (step.condition && !holds(step.condition, index, result)) continue
    const text = texts[index] ?? ''
    const sql = writes && beginsDeferred(text) ? 'BEGIN IMMEDIATE' : text
    try {
      result.step_results[index] = await executeWhenFree(stream, locks, () => stream.execute(sql, step.stmt))
    } catch (error) {
      result.step_errors[index] = toWireError(error)
    }
  }
  return result
}

/**
 * Runs `attempt`, waiting for the write lock where that can help: inside a transaction it cannot, because the
 * transaction's own snapshot is what makes it fail.
 */
export async function executeWhenFree<T>(stream: Stream, locks: LockQueue, attempt: () => T): Promise<T> {
  return stream.inTransaction ? attempt() : locks.run(attempt)
}

function holds(condition: BatchCondition, index: number, result: BatchResult): boolean {
  switch (condition.type) {
    case 'ok':
      return earlier(condition.step, index, result.step_results) !== null
    case 'error':
      return earlier(condition.step, index, result.step_errors) !== null
    case 'not':
      return !holds(condition.cond, index, result)
    case 'and':
      return condition.conds.every((cond) => holds(cond, index, result))
    case 'or':
      return condition.conds.some((cond) => holds(cond, index, result))
    default:
      return condition satisfies never
  }
}

function earlier<T>(step: number, index: number, outcomes: T[]): T | undefined {
  if (step >= index)
    throw new HranaError('BATCH_COND_INVALID', `Step ${index} depends on step ${step}, which comes later`)
  return outcomes[step]
}
