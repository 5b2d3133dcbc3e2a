import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { useDatabase } from '../testing/database.ts'
import { QUERY_CALLS } from '../testing/query-calls.ts'

const database = useDatabase()
/** They stay small: agents are as many as hosts, kinds of runs as models and servers; `found` has a limit, and CONSTANT is a row of no table. */
const SMALL = ['agents', 'run_counts', 'json_each', 'api_keys', 'sessions', 'presets', 'found', 'CONSTANT']

/** The functions of db/ that are given a database. */
async function queryFunctions(): Promise<string[]> {
  const folder = dirname(fileURLToPath(import.meta.url))
  const names: string[] = []
  for (const file of globSync('*.ts', { cwd: folder, exclude: (name) => name.endsWith('.test.ts') })) {
    const module: Record<string, unknown> = await import(join(folder, file))
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === 'function' && /^async function \w+\(db\b/.test(value.toString())) names.push(name)
    }
  }
  return names.sort()
}

/** The steps of a statement's plan that read a whole table, or sort what an index does not. */
function costlySteps(sql: string): string[] {
  return database.planOf(sql).filter((step) => {
    if (step.includes('USE TEMP B-TREE FOR ORDER BY'))
      return !SMALL.some((table) => sql.includes(`from "${table}"`))
    const scanned = /^SCAN (\w+)/.exec(step)?.[1]
    // A virtual table is always said to be scanned: M is a MATCH, the vocabulary is read from a term on.
    if (scanned === 'run_search') return !/INDEX \d+:.*M/.test(step)
    return scanned !== undefined && !SMALL.includes(scanned) && scanned !== 'run_search_terms'
  })
}

it('has a call of every function that sends a statement', async () => {
  const untried = (await queryFunctions()).filter((name) => QUERY_CALLS[name] === undefined)
  expect(untried, 'add a call to testing/query-calls.ts').toEqual([])
})

it.each(Object.keys(QUERY_CALLS))('%s finds its rows by an index', async (name) => {
  database.sent.splice(0)
  await QUERY_CALLS[name]?.(database.db)
  const statements = database.sent.splice(0)
  expect(statements.length).toBeGreaterThan(0)
  for (const sql of statements) expect({ sql, steps: costlySteps(sql) }).toEqual({ sql, steps: [] })
})
