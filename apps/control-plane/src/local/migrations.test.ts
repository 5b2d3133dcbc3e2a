import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@libsql/client'
import { runSummary } from '@llm-loadtest/schema/metrics'
import { drizzle } from 'drizzle-orm/libsql/web'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { listHistory } from '../db/history.ts'
import { positionAt } from '../db/position.ts'
import { countRunsByStatus } from '../db/run-counts.ts'
import { findRunWithResult } from '../db/run-events.ts'
import { deleteEndedRun } from '../db/runs.ts'
import { MIGRATIONS_FOLDER } from '../testing/database.ts'
import { connect, startTestServer, TEST_TOKEN, temporaryFolder } from './hrana/test-server.ts'
import { migrateDatabase } from './migrate.ts'

const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) })
const journalOf = (folder: string) => join(folder, 'meta', '_journal.json')
const journal = Journal.parse(JSON.parse(readFileSync(journalOf(MIGRATIONS_FOLDER), 'utf8')))

/** The migrations folder as it was when its newest migration was the one at `index`. */
function folderUpTo(index: number): string {
  const folder = temporaryFolder()
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
  const earlier = { ...journal, entries: journal.entries.slice(0, index + 1) }
  writeFileSync(journalOf(folder), JSON.stringify(earlier))
  return folder
}

const CREATED_MS = Date.UTC(2026, 0, 2)
const CONFIG = JSON.stringify({
  server_url: 'http://a.test',
  model: 'alpha',
  adapter: 'openai',
  endpoint: 'chat',
  concurrency: [1],
  num_prompts: 1,
  input_len: 1,
  output_len: 1,
  stream: true,
  warmup: 0,
  timeout: 1,
})
const SUMMARY = JSON.stringify(runSummary([]))

/** Oldest first; the two in the middle are of the same millisecond. */
const RUNS = [
  { run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1X1', status: 'completed', created_at: CREATED_MS },
  { run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1X2', status: 'failed', created_at: CREATED_MS + 1 },
  { run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1X3', status: 'completed', created_at: CREATED_MS + 1 },
  { run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1X4', status: 'pending', created_at: CREATED_MS + 2 },
]
const NEWEST_FIRST = RUNS.map((run) => run.run_id).reverse()

/** Rows of every table of the first schema, with its columns and those that a later one must be given. */
async function fill(client: Client): Promise<void> {
  const insert = (table: string, row: Record<string, string | number | Uint8Array>) => ({
    sql: `insert into ${table} (${Object.keys(row)}) values (${Object.keys(row).map(() => '?')})`,
    args: Object.values(row),
  })
  const run = {
    name: 'Nightly',
    tags: '["gpu"]',
    server_url: 'http://a.test',
    model: 'alpha',
    adapter: 'openai',
  }
  const { rows: columns } = await client.execute(
    "select 1 from pragma_table_info('runs') where name = 'position'",
  )
  // Not in the order of their ids, so that the order of insertion is not what is found again.
  const rows = RUNS.map((own, index) => {
    const place = columns.length === 0 ? {} : { position: positionAt(own.created_at) + index }
    return insert('runs', { ...own, ...run, ...place, config: CONFIG, rejected_by: '[]' })
  }).reverse()
  const run_id = RUNS[0]?.run_id ?? ''
  await client.batch([
    ...rows,
    insert('agents', { agent_id: 'agent_1', name: 'a', token_hash: 'hash', created_at: CREATED_MS }),
    insert('level_results', { run_id, level_index: 0, result: '{}' }),
    insert('request_batches', { run_id, seq: 1, level_index: 0, count: 1, data: new Uint8Array([1, 2]) }),
    insert('gpu_samples', { run_id, seq: 2, samples: '[]' }),
    insert('results', { run_id, result: '{"stored":true}', summary: SUMMARY, verdict: 'valid' }),
    insert('idempotency_keys', { key: 'key', body_hash: 'hash', run_id, created_at: CREATED_MS }),
  ])
}

async function countRows(client: Client, tables: string[]): Promise<unknown[]> {
  const counts = await client.batch(tables.map((table) => `select count(*) as n from ${table}`))
  return counts.map((result) => result.rows[0]?.['n'])
}

const earlier = journal.entries.map(({ tag }, index) => ({ tag, index })).slice(0, -1)
const BELONGINGS = ['level_results', 'request_batches', 'gpu_samples', 'results', 'idempotency_keys']

test.each(earlier)('from $tag on, what a database holds is kept and found by today’s queries', async ({
  index,
}) => {
  const server = await startTestServer()
  const client = connect(server)
  const migrate = (migrationsFolder: string) =>
    migrateDatabase({ url: server.url, authToken: TEST_TOKEN, migrationsFolder })
  expect(await migrate(folderUpTo(index))).toBe(index + 1)
  await fill(client)
  expect(await migrate(MIGRATIONS_FOLDER)).toBe(journal.entries.length - index - 1)

  const db = drizzle(client)
  const idsOf = async (filter: Parameters<typeof listHistory>[1]) => {
    const page = await listHistory(db, filter, { limit: 10, after: null })
    return [page.total, ...page.runs.map((run) => run.run_id)]
  }
  expect(await idsOf({})).toEqual([4, ...NEWEST_FIRST])
  expect(await idsOf({ text: 'NIGHTLY' })).toEqual([4, ...NEWEST_FIRST])
  expect(await idsOf({ status: 'failed' })).toEqual([1, NEWEST_FIRST[2]])
  expect(await idsOf({ toMs: CREATED_MS })).toEqual([1, NEWEST_FIRST[3]])
  expect([...(await countRunsByStatus(db))].sort()).toEqual([
    ['completed', 2],
    ['failed', 1],
    ['pending', 1],
  ])
  expect(await countRows(client, [...BELONGINGS, 'agents'])).toEqual([1, 1, 1, 1, 1, 1])
  const oldest = NEWEST_FIRST[3] ?? ''
  expect((await findRunWithResult(db, oldest))?.storedResult).toBe('{"stored":true}')

  expect(await deleteEndedRun(db, oldest)).toBe(true)
  expect(await countRows(client, BELONGINGS)).toEqual([0, 0, 0, 0, 0])
  expect(await idsOf({ text: 'alpha' })).toEqual([3, ...NEWEST_FIRST.slice(0, 3)])
  expect((await client.execute('pragma foreign_key_check')).rows).toEqual([])
})
