import { RunResult } from '@llm-loadtest/schema'
import type { Context } from 'hono'
import { type ResultCache, resultCache } from '../cache/result-cache.ts'
import type { Db } from '../db/client.ts'
import { readGpuTrace } from '../db/gpu-trace.ts'
import { findRunWithResult } from '../db/run-events.ts'
import { runView } from '../db/run-view.ts'
import { findRun } from '../db/runs.ts'
import { assembleResult } from '../domain/run-result.ts'
import { readSettings } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { type AppEnv, useDb } from '../http.ts'

/** `final`: the run has ended, and this never changes. */
type ResultText = { text: string; final: boolean }

async function readFromDatabase(db: Db, runId: string): Promise<ResultText> {
  const found = await findRunWithResult(db, runId)
  if (!found) throw new NotFoundError('There is no run with this id.')
  const { run, levels, storedResult } = found
  if (storedResult !== null) return { text: storedResult, final: true }
  const gpu = run.status === 'running' ? await readGpuTrace(db, runId) : null
  return { text: JSON.stringify(assembleResult(runView(run), levels, gpu)), final: false }
}

/** A run that was deleted while its result was on the way here must not stay behind in the cache. */
async function keep(c: Context<AppEnv>, cache: ResultCache, runId: string, text: string): Promise<void> {
  await cache.put(runId, text)
  if (!(await useDb(c, (db) => findRun(db, runId)))) await cache.delete(runId)
}

/**
 * A run's result as JSON text: the final one, from the cache or the database, when it has ended, else what there is so far.
 * @throws NotFoundError
 */
export async function readResultText(c: Context<AppEnv>, runId: string): Promise<string> {
  const cache = resultCache(c.env, readSettings(c.env))
  const cached = await cache.get(runId)
  if (cached !== null) return cached
  const { text, final } = await useDb(c, (db) => readFromDatabase(db, runId))
  if (final) c.executionCtx.waitUntil(keep(c, cache, runId, text))
  return text
}

/** The same, parsed. */
export async function readResult(c: Context<AppEnv>, runId: string): Promise<RunResult> {
  return RunResult.parse(JSON.parse(await readResultText(c, runId)))
}
