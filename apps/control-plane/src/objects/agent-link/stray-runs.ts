import { z } from 'zod'

const KEY = 'stray_runs'
const RunIds = z.array(z.string())

/**
 * Runs that have ended here while the agent may still be at them: each takes a slot until the agent's own
 * last event arrives, or it says hello without the run.
 */
export function strayRuns(ctx: DurableObjectState): string[] {
  return RunIds.parse(ctx.storage.kv.get(KEY) ?? [])
}

export function setStrayRuns(ctx: DurableObjectState, runIds: string[]): void {
  ctx.storage.kv.put(KEY, runIds)
}

export function addStrayRun(ctx: DurableObjectState, runId: string): void {
  setStrayRuns(ctx, [...new Set([...strayRuns(ctx), runId])])
}

export function forgetStrayRun(ctx: DurableObjectState, runId: string): void {
  const others = strayRuns(ctx).filter((stray) => stray !== runId)
  setStrayRuns(ctx, others)
}
