import { HistoryPage } from '@llm-loadtest/schema'
import { beforeAll, expect, it } from 'vitest'
import { positionAt } from '../db/position.ts'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { COMPLETE, levelEvent } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const HISTORY = '/api/v1/benchmark/history'
/** Newest first. */
const runIds: string[] = []
const BASE_MS = Date.UTC(2026, 0, 1)

async function read(query = ''): Promise<Page> {
  return HistoryPage.parse((await controlPlane.call('GET', `${HISTORY}${query}`)).json())
}
type Page = ReturnType<typeof HistoryPage.parse>

const ids = (page: Page) => page.runs.map((run) => run.run_id)

beforeAll(async () => {
  const { agent_id, token } = await controlPlane.mintAgent()
  const definitions = [
    { model: 'alpha', name: '100% done', server_url: 'http://a.test' },
    { model: 'beta', tags: ['night_ly'], server_url: 'http://a.test' },
    { model: 'beta', server_url: 'http://b.test' },
    { model: 'alpha', server_url: 'http://b.test' },
    { model: 'gamma', server_url: 'http://b.test' },
  ]
  for (const [i, run] of definitions.entries()) {
    const runId = await controlPlane.startRun({ agent_id, ...run })
    runIds.unshift(runId)
    // The two in the middle were created in the same millisecond.
    const createdAtMs = BASE_MS + (i === 2 ? 1 : i) * 1000
    const position = positionAt(createdAtMs) + (i === 2 ? 1 : 0)
    await controlPlane.db((db) =>
      db.run(`update runs set created_at = ${createdAtMs}, position = ${position} where run_id = '${runId}'`),
    )
  }
  const { agent } = await FakeAgent.join(controlPlane, token)
  const { run_id } = await agent.accept()
  agent.event(run_id, 1, levelEvent())
  agent.event(run_id, 2, COMPLETE)
  await agent.acked(run_id, 2)
  agent.socket.cut()
})

it('lists newest first with the best figures of those that ended', async () => {
  const page = await read()
  expect(ids(page)).toEqual(runIds)
  expect([page.total, page.next_cursor]).toEqual([5, null])
  const oldest = page.runs.at(-1)
  expect([oldest?.status, oldest?.verdict, oldest?.summary?.total_requests]).toEqual([
    'completed',
    'valid',
    3,
  ])
  expect(page.runs[0]?.summary).toBeNull()
})

it('pages through all, each run once, also past equal times', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await read(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    expect(page.total).toBe(5)
    seen.push(...ids(page))
    cursor = page.next_cursor
  }
  expect(seen).toEqual(runIds)
})

it.each([
  ['?status=completed', [4]],
  ['?model=beta', [2, 3]],
  ['?server_url=http://a.test', [3, 4]],
  ['?text=ALPHA', [1, 4]],
  ['?text=100%25', [4]],
  ['?text=t_l', [3]],
  ['?text=%5C', []],
  ['?text=%25', [4]],
  ['?text=LY', [3]],
  ['?text=%22%5D', [3]],
  ['?text=alpha&status=completed', [4]],
  ['?text=%EA%B0%80%EB%82%98%EB%8B%A4', []],
  ['?text=run_', [0, 1, 2, 3, 4]],
  [`?from=${new Date(BASE_MS + 3000).toISOString()}`, [0, 1]],
  [`?to=${new Date(BASE_MS).toISOString()}`, [4]],
  ['?model=beta&server_url=http://b.test', [2]],
])('filters by %s', async (query, expected) => {
  const page = await read(query)
  expect(ids(page)).toEqual(expected.map((index) => runIds[index]))
  expect(page.total).toBe(expected.length)
})

it.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=many', 'limit'],
  ['limit=', 'limit'],
  ['limit=0x10', 'limit'],
  ['limit=1e1', 'limit'],
  ['text=a%00b', 'text'],
  ['model=a%00b', 'model'],
  ['cursor=nonsense', 'cursor'],
  ['status=odd', 'status'],
  ['from=yesterday', 'from'],
  ['colour=red', 'colour'],
])('answers 422 to %s', async (query, path) => {
  const answer = await controlPlane.call('GET', `${HISTORY}?${query}`)
  expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, path])
})
