import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, RunDefinition, shownConfig } from '@llm-loadtest/schema'
import { expect, it, onTestFinished } from 'vitest'
import { endPendingRun, findRun, insertRun } from '../db/runs.ts'
import { TestControlPlane } from '../testing/control-plane.ts'
import { waitFor } from '../testing/wait.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const config = shownConfig(RunDefinition.parse({ server_url: 'http://llm.test', model: 'test' }))

it('deletes the ended runs that are older than the retention, and no others', {
  timeout: 90_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prune-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const controlPlane = new TestControlPlane()
  const vars = { LLM_LOADTEST_RETENTION_DAYS: '30' }

  const addRun = async (ageDays: number, ended: boolean) => {
    const runId = newId('run')
    const createdAtMs = Date.now() - ageDays * DAY_MS
    await controlPlane.db(async (db) => {
      await insertRun(db, { runId, config, sealedSecrets: null, createdAtMs }, null)
      if (ended) await endPendingRun(db, runId, { status: 'cancelled', error: null, nowMs: createdAtMs })
    })
    return runId
  }
  const exists = async (runId: string) => (await controlPlane.db((db) => findRun(db, runId))) !== undefined

  await controlPlane.start(dataDir, vars, null)
  const old = await Promise.all(Array.from({ length: 12 }, () => addRun(31, true)))
  const kept = [await addRun(29, true), await addRun(31, false)]
  await controlPlane.running.close()

  await controlPlane.start(dataDir, vars, null)
  onTestFinished(() => controlPlane.running.close())
  await waitFor('the last old run to be gone', async () =>
    (await Promise.all(old.map(exists))).includes(true) ? undefined : true,
  )
  expect(await Promise.all(kept.map(exists))).toEqual([true, true])
  const line = await waitFor('the log line', () =>
    controlPlane.logLines.find((text) => text.includes('old runs deleted')),
  )
  expect(JSON.parse(line)).toMatchObject({ level: 'info', runs: 12 })
})
