import { Health, RunResult } from '@llm-loadtest/schema'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { results } from '../db/tables.ts'
import { type TestControlPlane, useControlPlane } from '../testing/control-plane.ts'
import { endedRun } from '../testing/ended-run.ts'
import { RedisServer, redisInstalled } from '../testing/redis-server.ts'
import { waitFor } from '../testing/wait.ts'

const read = (controlPlane: TestControlPlane, runId: string) =>
  controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)

/** Takes the result out of the database, so that only a cache can still give it. */
async function forget(controlPlane: TestControlPlane, runId: string): Promise<void> {
  await controlPlane.db((db) =>
    db.update(results).set({ result: '{"stale":true}' }).where(eq(results.run_id, runId)),
  )
}

const state = async (controlPlane: TestControlPlane) =>
  Health.parse((await controlPlane.call('GET', '/api/v1/health')).json()).cache

describe('results in the Cache API', () => {
  const controlPlane = useControlPlane()

  it('are served from there once the run has ended, until it is deleted', async () => {
    const runId = await endedRun(controlPlane)
    const first = await read(controlPlane, runId)
    expect(RunResult.parse(first.json()).status).toBe('completed')
    await forget(controlPlane, runId)
    const second = await read(controlPlane, runId)
    expect([second.text, second.headers.get('etag')]).toEqual([first.text, first.headers.get('etag')])
    expect(await state(controlPlane)).toBe('edge')
    expect((await controlPlane.call('DELETE', `/api/v1/benchmark/run/${runId}`)).status).toBe(204)
    expect((await read(controlPlane, runId)).status).toBe(404)
  })

  it('are not kept while the run goes on', async () => {
    const runId = await controlPlane.startRun()
    expect(RunResult.parse((await read(controlPlane, runId)).json()).status).toBe('pending')
    await controlPlane.call('POST', `/api/v1/benchmark/run/${runId}/cancel`)
    expect(RunResult.parse((await read(controlPlane, runId)).json()).status).toBe('cancelled')
  })
})

describe.skipIf(!redisInstalled)('results in Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await RedisServer.start()
  }, 60_000)
  afterAll(() => redis.remove())
  const controlPlane = useControlPlane(() => ({ REDIS_URL: redis.url }))

  const kept = (runId: string) => redis.command((client) => client.get(`result:${runId}`))

  it('are kept for 24 hours, served from there, and erased with the run', async () => {
    const runId = await endedRun(controlPlane)
    const { text } = await read(controlPlane, runId)
    await waitFor('the result in Redis', async () => (await kept(runId)) === text || undefined)
    const ttl = await redis.command((client) => client.ttl(`result:${runId}`))
    expect(ttl).toBeGreaterThan(86_340)
    expect(ttl).toBeLessThanOrEqual(86_400)
    await forget(controlPlane, runId)
    expect((await read(controlPlane, runId)).text).toBe(text)
    expect(await state(controlPlane)).toBe('redis')
    await controlPlane.call('DELETE', `/api/v1/benchmark/run/${runId}`)
    expect(await kept(runId)).toBeNull()
    expect((await read(controlPlane, runId)).status).toBe(404)
  })

  it('killed between two reads of many: each is answered all the same, and Redis is used again when it is back', async () => {
    const runId = await endedRun(controlPlane)
    const { text } = await read(controlPlane, runId)
    const answers: string[] = []
    for (let i = 0; i < 40; i++) {
      if (i === 20) await redis.kill()
      const answer = await read(controlPlane, runId)
      answers.push(`${answer.status} ${answer.text === text}`)
    }
    expect(new Set(answers)).toEqual(new Set(['200 true']))
    expect(await state(controlPlane)).toBe('redis_unavailable')
    await redis.start()
    await waitFor('Redis in use', async () => (await state(controlPlane)) === 'redis' || undefined)
    await read(controlPlane, runId)
    await waitFor('the result in Redis', async () => (await kept(runId)) === text || undefined)
  })

  it('of a run deleted while Redis did not answer is never served when it does again', async () => {
    const runId = await endedRun(controlPlane)
    const { text } = await read(controlPlane, runId)
    await waitFor('the result in Redis', async () => (await kept(runId)) === text || undefined)
    redis.signal('SIGSTOP')
    expect((await read(controlPlane, runId)).status).toBe(200)
    expect((await controlPlane.call('DELETE', `/api/v1/benchmark/run/${runId}`)).status).toBe(204)
    redis.signal('SIGCONT')
    expect(await kept(runId)).not.toBeNull()
    await waitFor('Redis in use', async () => (await state(controlPlane)) === 'redis' || undefined)
    expect((await read(controlPlane, runId)).status).toBe(404)
    expect(await kept(runId)).toBeNull()
  })

  it('never show the password of Redis in the log', () => {
    const log = controlPlane.logLines.join('\n')
    expect(log).toContain('Redis cannot be used')
    expect(log).not.toContain(redis.password)
  })
})
