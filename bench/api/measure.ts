import type { ControlPlane } from '@llm-loadtest/control-plane'
import { withDb } from '../../apps/control-plane/src/db/client.ts'
import { listHistory } from '../../apps/control-plane/src/db/history.ts'
import { findRunWithResult } from '../../apps/control-plane/src/db/run-events.ts'
import { CALLS } from './calls.ts'
import { seededPosition, seededRunId } from './seed.ts'

const WARM_UP_CALLS = 10

/** How long each of the calls took, ms; null where a call was not answered with success. */
export type Timings = Map<string, number[] | null>

async function timed(count: number, call: (n: number) => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < WARM_UP_CALLS; n++) await call(count + n)
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const startMs = performance.now()
    await call(n)
    times.push(performance.now() - startMs)
  }
  return times
}

async function send(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const posted = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(url, posted)
  const answer = await response.arrayBuffer()
  if (response.ok) return
  throw new Error(`${url}: ${response.status} ${new TextDecoder().decode(answer).slice(0, 300)}`)
}

/** The calls of the API, one at a time. */
export async function measureCalls(url: string, runs: number, samples: number): Promise<Timings> {
  const timings: Timings = new Map()
  for (const { name, share, request } of CALLS) {
    const call = (n: number) => {
      const { path, body } = request(runs, n)
      return send(url + path, body)
    }
    try {
      timings.set(name, await timed(Math.ceil(samples * share), call))
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      timings.set(name, null)
    }
  }
  return timings
}

/** What those calls ask of the database, without the worker. */
export async function measureQueries(
  { database }: ControlPlane,
  runs: number,
  samples: number,
): Promise<Timings> {
  const address = { databaseUrl: database.url, databaseToken: database.authToken }
  return withDb(address, async (db) => {
    const page = (after: number | null) => listHistory(db, {}, { limit: 20, after })
    const deep = seededPosition(Math.floor(runs * 0.1))
    return new Map([
      [
        'database: result',
        await timed(samples, (n) => findRunWithResult(db, seededRunId((n * 7919) % runs))),
      ],
      ['database: history, first page', await timed(samples, () => page(null))],
      ['database: history, deep page', await timed(samples, () => page(deep))],
    ])
  })
}

/** One download of all requests of the big run. Returns the time to its first byte and to its last, and its size. */
export async function measureBigRun(url: string) {
  const startMs = performance.now()
  const path = `/api/v1/benchmark/result/${seededRunId(0)}/requests?format=csv`
  const response = await fetch(url + path)
  if (!response.ok || !response.body) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  let firstMs: number | null = null
  let bytes = 0
  for await (const chunk of response.body) {
    firstMs ??= performance.now() - startMs
    bytes += chunk.byteLength
  }
  return { firstMs, totalMs: performance.now() - startMs, bytes }
}
