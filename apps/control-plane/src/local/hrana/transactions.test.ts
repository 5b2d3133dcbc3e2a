import { join } from 'node:path'

import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import Database from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'

import { codeOf, connect, postPipeline, startTestServer, temporaryFolder } from './test-server.ts'

const CREATE = 'CREATE TABLE n (id INTEGER PRIMARY KEY, v INTEGER)'
const INSERT = 'INSERT INTO n(v) VALUES (1)'
const count = 'SELECT count(*) AS c FROM n'

async function startWithTable(options: Parameters<typeof startTestServer>[0] = {}) {
  const server = await startTestServer(options)
  const client = connect(server)
  await client.execute(CREATE)
  const rows = async () => (await client.execute(count)).rows[0]?.['c']
  return { server, client, rows }
}

test('a batch is all or nothing', async () => {
  const { client, rows } = await startWithTable()
  await client.batch([INSERT, { sql: 'INSERT INTO n(v) VALUES (?)', args: [2] }])
  expect(await rows()).toBe(2)
  expect(await codeOf(client.batch([INSERT, 'INSERT INTO n(id) VALUES (1)', INSERT]))).toBe(
    'SQLITE_CONSTRAINT',
  )
  expect(await rows()).toBe(2)
})

test('a transaction commits, rolls back, and rolls back to where a nested one began', async () => {
  const { client, rows } = await startWithTable()
  const db = drizzle(client)
  await db.transaction(async (outer) => {
    await outer.run(sql.raw(INSERT))
    const nested = outer.transaction(async (inner) => {
      await inner.run(sql.raw(INSERT))
      throw new Error('only the inner one')
    })
    await expect(nested).rejects.toThrow('only the inner one')
  })
  expect(await rows()).toBe(1)
  const failing = db.transaction(async (outer) => {
    await outer.run(sql.raw(INSERT))
    throw new Error('all of it')
  })
  await expect(failing).rejects.toThrow('all of it')
  expect(await rows()).toBe(1)
})

test('a transaction sees its own writes; others see them after the commit', async () => {
  const { client, rows } = await startWithTable()
  const transaction = await client.transaction('write')
  await transaction.execute(INSERT)
  expect((await transaction.execute(count)).rows[0]?.['c']).toBe(1)
  expect(await rows()).toBe(0)
  await transaction.commit()
  expect(await rows()).toBe(1)
})

test('40 clients that read and write at once lose nothing', async () => {
  const { server, client } = await startWithTable()
  await client.execute('INSERT INTO n(id, v) VALUES (1, 0)')
  const clients = Array.from({ length: 40 }, () => connect(server))
  await Promise.all(
    clients.map(async (each) => {
      const transaction = await each.transaction('write')
      const { rows } = await transaction.execute('SELECT v FROM n WHERE id = 1')
      await transaction.execute({
        sql: 'UPDATE n SET v = ? WHERE id = 1',
        args: [Number(rows[0]?.['v']) + 1],
      })
      await transaction.commit()
      await each.batch(['SELECT v FROM n WHERE id = 1', 'UPDATE n SET v = v + 1 WHERE id = 1'])
      await each.execute('UPDATE n SET v = v + 1 WHERE id = 1')
    }),
  )
  expect((await client.execute('SELECT v FROM n WHERE id = 1')).rows[0]?.['v']).toBe(120)
})

test('more clients than streams wait their turn', async () => {
  const { server, client, rows } = await startWithTable({ maxStreams: 2 })
  await Promise.all(Array.from({ length: 20 }, () => connect(server).execute(INSERT)))
  expect(await rows()).toBe(20)
  const held = [await client.transaction('read'), await client.transaction('read')]
  await Promise.all(held.map((transaction) => transaction.execute(count)))
  const waiting = client.execute(INSERT)
  await held[0]?.rollback()
  expect((await waiting).rowsAffected).toBe(1)
})

test('a writer waits for the lock and then writes', async () => {
  const { client, rows } = await startWithTable()
  const transaction = await client.transaction('write')
  await transaction.execute(INSERT)
  const done: string[] = []
  const waiting = client.execute(INSERT).then(() => done.push('waiter'))
  await client.execute(count)
  done.push('commit')
  await transaction.commit()
  await waiting
  expect(done).toEqual(['commit', 'waiter'])
  expect(await rows()).toBe(2)
})

test('a writer that waited busyMs gets SQLITE_BUSY; so does a script, with nothing of it done', async () => {
  const { client, rows } = await startWithTable({ busyMs: 60 })
  const transaction = await client.transaction('write')
  await transaction.execute(INSERT)
  expect(await codeOf(client.execute(INSERT))).toBe('SQLITE_BUSY')
  expect(await codeOf(client.batch([INSERT]))).toBe('SQLITE_BUSY')
  expect(await codeOf(client.executeMultiple(`SELECT 1; ${INSERT}`))).toBe('SQLITE_BUSY')
  await transaction.rollback()
  expect(await rows()).toBe(0)
})

test('a writer waits for the lock of another process too', async () => {
  const path = join(temporaryFolder(), 'shared.db')
  const { client, rows } = await startWithTable({ path })
  const other = new Database(path)
  onTestFinished(() => void other.close())
  other.exec('BEGIN IMMEDIATE')
  const waiting = client.execute(INSERT)
  expect(await rows()).toBe(0)
  other.exec('COMMIT')
  expect((await waiting).rowsAffected).toBe(1)
})

test('an abandoned transaction is rolled back, and its lock freed', async () => {
  const { client, rows } = await startWithTable({ idleMs: 100, busyMs: 5_000 })
  const abandoned = await client.transaction('write')
  await abandoned.execute(INSERT)
  await client.execute(INSERT)
  expect(await rows()).toBe(1)
  expect(await codeOf(abandoned.execute(INSERT))).toBe('STREAM_EXPIRED')
})

test('a transaction whose client left before the answer is rolled back at once', async () => {
  const { server, client } = await startWithTable({ idleMs: 60_000, busyMs: 60_000 })
  const holder = await client.transaction('write')
  await holder.execute(INSERT)
  const leaving = new AbortController()
  const begin = { type: 'execute', stmt: { sql: 'BEGIN IMMEDIATE' } }
  const left = fetch(`${server.url}/v2/pipeline`, {
    method: 'POST',
    headers: { authorization: 'Bearer the-token-of-this-test' },
    body: JSON.stringify({ requests: [begin] }),
    signal: leaving.signal,
  }).catch((error: unknown) => error)
  // Answered after the BEGIN was received: it now waits for the holder's lock.
  await client.execute(count)
  leaving.abort()
  expect(await left).toMatchObject({ name: 'AbortError' })
  await holder.commit()
  expect((await client.execute(INSERT)).rowsAffected).toBe(1)
})

test('a deferred transaction that read before another wrote cannot write', async () => {
  const { client } = await startWithTable()
  const reader = await client.transaction('deferred')
  await reader.execute(count)
  await client.execute(INSERT)
  expect(await codeOf(reader.execute(INSERT))).toBe('SQLITE_BUSY')
  await reader.rollback()
})

test('foreign keys are enforced again after a client switched them off', async () => {
  const { server, client } = await startWithTable()
  await client.execute('CREATE TABLE child (n INTEGER REFERENCES n(id))')
  const off = { type: 'execute', stmt: { sql: 'PRAGMA foreign_keys = OFF' } }
  const orphan = { type: 'execute', stmt: { sql: 'INSERT INTO child VALUES (404)' } }
  const { body } = await postPipeline(server, { requests: [off, orphan, { type: 'close' }] })
  expect(body).toMatchObject({ results: [{ type: 'ok' }, { type: 'ok' }, { type: 'ok' }] })
  await client.executeMultiple('PRAGMA foreign_keys = OFF;')
  for (let again = 0; again < 10; again += 1) {
    expect(await codeOf(client.execute('INSERT INTO child VALUES (405)'))).toBe('SQLITE_CONSTRAINT')
  }
})

test('close rolls back open transactions, fails who waits, and leaves the file consistent', async () => {
  const path = join(temporaryFolder(), 'closing.db')
  const { server, client } = await startWithTable({ path, busyMs: 60_000 })
  await client.execute(INSERT)
  const open = await client.transaction('write')
  await open.execute(INSERT)
  const waiting = codeOf(client.execute(INSERT))
  const reading = await client.transaction('read')
  await reading.execute(count)
  await Promise.all([server.close(), server.close()])
  expect(await waiting).toBe('SERVER_CLOSED')
  await vi.waitFor(() => expect(fetch(`${server.url}/v2`)).rejects.toThrow('fetch failed'))
  const file = new Database(path)
  onTestFinished(() => void file.close())
  expect(file.prepare('SELECT count(*) AS c FROM n').get()).toMatchObject({ c: 1 })
})
