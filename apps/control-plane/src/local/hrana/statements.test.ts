import { createClient as createNodeClient } from '@libsql/client'
import { createClient as createWebClient } from '@libsql/client/web'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { describe, expect, onTestFinished, test } from 'vitest'

import { codeOf, connect, startTestServer, TEST_TOKEN } from './test-server.ts'

const items = sqliteTable('items', { id: integer().primaryKey(), name: text().notNull(), size: integer() })
const CREATE_ITEMS = 'CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER)'

describe.each([
  ['@libsql/client/web', createWebClient],
  ['@libsql/client', createNodeClient],
])('%s', (_name, createClient) => {
  test('carries every type of value both ways, unchanged', async () => {
    const { url } = await startTestServer()
    const client = createClient({ url, authToken: TEST_TOKEN, intMode: 'bigint' })
    onTestFinished(() => client.close())
    await client.execute('CREATE TABLE v (a, b, c, d, e, f)')
    const args = [null, 9_007_199_254_740_993n, -(2n ** 63n), 0.1, 'žluť 🐎', new Uint8Array([0, 255, 7])]
    await client.execute({ sql: 'INSERT INTO v VALUES (?, ?, ?, ?, ?, ?)', args })
    const { rows, columns } = await client.execute('SELECT a, b, c, d, e, f, typeof(d) AS t FROM v')
    expect(columns).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 't'])
    const { a, b, c, d, e, f, t } = { ...rows[0] }
    expect([a, b, c, d, e, t]).toEqual([...args.slice(0, 5), 'real'])
    expect(f).toEqual(new Uint8Array([0, 255, 7]).buffer)
  })
})

test('answers drizzle: insert returning, select, update, and a JavaScript number in an INTEGER column', async () => {
  const client = connect(await startTestServer())
  await client.execute(CREATE_ITEMS)
  const db = drizzle(client)
  const inserted = await db.insert(items).values({ name: 'a', size: 3 }).returning()
  expect(inserted).toEqual([{ id: 1, name: 'a', size: 3 }])
  const updated = await db.update(items).set({ size: 4 }).where(eq(items.name, 'a'))
  expect(updated.rowsAffected).toBe(1)
  expect(await db.select().from(items)).toEqual([{ id: 1, name: 'a', size: 4 }])
  const stored = await client.execute('SELECT typeof(size) AS t FROM items')
  expect(stored.rows[0]?.['t']).toBe('integer')
})

test('counts changed rows of plain, returning and WITH statements, and none for reads', async () => {
  const client = connect(await startTestServer())
  await client.execute(CREATE_ITEMS)
  const insert = await client.execute("INSERT INTO items(name) VALUES ('a'), ('b'), ('c')")
  expect([insert.rowsAffected, insert.lastInsertRowid]).toEqual([3, 3n])
  const returning = await client.execute(
    "/* why */ UPDATE items SET size = 1 WHERE name < 'c' RETURNING name",
  )
  expect([returning.rowsAffected, returning.rows.length]).toEqual([2, 2])
  const cte = await client.execute(
    'WITH big(n) AS (SELECT 3) DELETE FROM items WHERE id = (SELECT n FROM big) RETURNING id',
  )
  expect(cte.rowsAffected).toBe(1)
  const read = await client.execute('WITH one AS (SELECT 1 AS n) SELECT n FROM one')
  expect(read.rowsAffected).toBe(0)
})

test('gives a row id above 2^53 exactly', async () => {
  const client = connect(await startTestServer())
  await client.execute(CREATE_ITEMS)
  const insert = await client.execute({
    sql: 'INSERT INTO items(id, name) VALUES (?, ?)',
    args: [2n ** 53n + 1n, 'a'],
  })
  expect(insert.lastInsertRowid).toBe(2n ** 53n + 1n)
})

test('a statement with fewer arguments than the last time sees NULL, not the old ones', async () => {
  const client = connect(await startTestServer())
  await client.execute({ sql: 'SELECT ?1 AS a, ?2 AS b', args: ['x', 'y'] })
  const { rows } = await client.execute({ sql: 'SELECT ?1 AS a, ?2 AS b', args: ['z'] })
  expect({ ...rows[0] }).toMatchObject({ a: 'z', b: null })
})

test('SELECT * sees a column that another stream added', async () => {
  const client = connect(await startTestServer())
  await client.execute(CREATE_ITEMS)
  expect((await client.execute('SELECT * FROM items')).columns).toEqual(['id', 'name', 'size'])
  const transaction = await client.transaction('write')
  await transaction.execute('ALTER TABLE items ADD COLUMN colour TEXT')
  await transaction.commit()
  expect((await client.execute('SELECT * FROM items')).columns).toEqual(['id', 'name', 'size', 'colour'])
})

test('binds named arguments, with and without their prefix', async () => {
  const client = connect(await startTestServer())
  const { rows } = await client.execute({
    sql: 'SELECT :a AS a, @b AS b, $c AS c',
    args: { a: 'x', '@b': 2n, $c: null },
  })
  expect({ ...rows[0] }).toMatchObject({ a: 'x', b: 2, c: null })
})

test('inserts 1000 rows from one JSON argument', async () => {
  const client = connect(await startTestServer())
  await client.execute(CREATE_ITEMS)
  const rows = Array.from({ length: 1000 }, (_, index) => ({ name: `n${index}`, size: index }))
  const sql = "INSERT INTO items(name, size) SELECT value ->> 'name', value ->> 'size' FROM json_each(?)"
  const result = await client.execute({ sql, args: [JSON.stringify(rows)] })
  expect(result.rowsAffected).toBe(1000)
  const sum = await client.execute('SELECT count(*) AS n, sum(size) AS s FROM items')
  expect({ ...sum.rows[0] }).toMatchObject({ n: 1000, s: 499_500 })
})

test('runs a script of several statements', async () => {
  const client = connect(await startTestServer())
  await client.executeMultiple(
    `${CREATE_ITEMS}; INSERT INTO items(name) VALUES ('a;b'); INSERT INTO items(name) VALUES ('c');`,
  )
  expect((await client.execute('SELECT name FROM items ORDER BY id')).rows.map((row) => row['name'])).toEqual(
    ['a;b', 'c'],
  )
})

describe('a statement that fails', () => {
  test.each([
    ['SELEC 1', 'SQL_INPUT_ERROR', 'SQLite input error: near "SELEC": syntax error'],
    ['SELECT * FROM nowhere', 'SQL_INPUT_ERROR', 'SQLite input error: no such table: nowhere'],
    ['SELECT 1; SELECT 2', 'SQL_MANY_STATEMENTS', 'SQL string contains more than one statement'],
    ['-- nothing here', 'SQL_NO_STATEMENT', 'SQL string contains no statement'],
    [
      "INSERT INTO items(name) VALUES ('a'), ('a')",
      'SQLITE_CONSTRAINT',
      'SQLite error: UNIQUE constraint failed: items.name',
    ],
    ['SELECT 9e999', 'FLOAT_NOT_FINITE', 'The result holds Infinity, which JSON cannot carry'],
  ])('%s says so', async (sql, code, message) => {
    const client = connect(await startTestServer())
    await client.execute(CREATE_ITEMS)
    await expect(client.execute(sql)).rejects.toMatchObject({ code, message: `${code}: ${message}` })
    expect((await client.execute('SELECT count(*) AS n FROM items')).rows[0]?.['n']).toBe(0)
  })

  test('a NUL in a text argument is refused rather than cut off', async () => {
    const client = connect(await startTestServer())
    expect(await codeOf(client.execute({ sql: 'SELECT ?', args: ['a\0b'] }))).toBe('ARGS_INVALID')
  })
})
