import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import Database from 'libsql'
import { describe, expect, onTestFinished, test } from 'vitest'

import { connect, postPipeline, startTestServer, TEST_TOKEN, temporaryFolder } from './test-server.ts'

const SELECT_1 = { type: 'execute', stmt: { sql: 'SELECT 1' } }

describe('the endpoint', () => {
  test('says it speaks version 2, and has nothing else', async () => {
    const { url } = await startTestServer()
    const headers = { authorization: `Bearer ${TEST_TOKEN}` }
    expect((await fetch(`${url}/v2`, { headers })).status).toBe(200)
    const other = await fetch(`${url}/v3`, { headers })
    expect(other.status).toBe(404)
    expect(await other.json()).toEqual({ message: 'No such endpoint: GET /v3', code: 'NOT_FOUND' })
  })

  test('listens on loopback only', async () => {
    const { url } = await startTestServer()
    expect(new URL(url).hostname).toBe('127.0.0.1')
  })

  test.each(['', 'wrong', `${TEST_TOKEN}x`])('refuses the token "%s"', async (token) => {
    const server = await startTestServer()
    const answer = await postPipeline(server, { requests: [SELECT_1] }, token)
    expect(answer).toEqual({
      status: 401,
      body: { message: 'The database token is missing or wrong', code: 'AUTH_FAILED' },
    })
    if (token !== '')
      await expect(connect(server, token).execute('SELECT 1')).rejects.toMatchObject({ code: 'AUTH_FAILED' })
  })

  test('refuses a body over the limit with 413, and goes on', async () => {
    const server = await startTestServer({ bodyLimitBytes: 100_000 })
    const client = connect(server)
    const tooLarge = client.execute({ sql: 'SELECT ?', args: ['x'.repeat(5_000_000)] })
    await expect(tooLarge).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect((await postPipeline(server, ' '.repeat(100_001))).status).toBe(413)
    expect(
      (await client.execute({ sql: 'SELECT length(?) AS n', args: ['x'.repeat(90_000)] })).rows[0]?.['n'],
    ).toBe(90_000)
  })

  test.each([
    ['not json', 'The request body is not JSON'],
    [
      { requests: [{ type: 'store_sql', sql_id: 1 }] },
      'Invalid pipeline at requests.0.sql: Invalid input: expected string, received undefined',
    ],
    [
      {
        requests: [
          {
            type: 'execute',
            stmt: { sql: 'SELECT ?', args: [{ type: 'integer', value: '9223372036854775808' }] },
          },
        ],
      },
      'Invalid pipeline at requests.0.stmt.args.0.value: not a 64-bit integer',
    ],
  ])('refuses %j', async (body, message) => {
    expect(await postPipeline(await startTestServer(), body)).toEqual({
      status: 400,
      body: { message, code: 'PROTOCOL_ERROR' },
    })
  })

  test('refuses a baton it does not know, and one that was used', async () => {
    const server = await startTestServer()
    const expired = { status: 400, body: { code: 'STREAM_EXPIRED' } }
    expect(await postPipeline(server, { baton: 'made up', requests: [] })).toMatchObject(expired)
    const { body } = await postPipeline(server, { requests: [SELECT_1] })
    const baton = body !== null && typeof body === 'object' && 'baton' in body ? body.baton : undefined
    expect(baton).toEqual(expect.any(String))
    expect(await postPipeline(server, { baton, requests: [{ type: 'close' }] })).toMatchObject({
      status: 200,
      body: { baton: null },
    })
    expect(await postPipeline(server, { baton, requests: [] })).toMatchObject(expired)
  })

  test('stores SQL texts for one stream, until they are dropped', async () => {
    const byId = { type: 'execute', stmt: { sql_id: 7 } }
    const store = { type: 'store_sql', sql_id: 7, sql: 'SELECT 5 AS five' }
    const requests = [
      store,
      byId,
      { type: 'close_sql', sql_id: 7 },
      byId,
      { type: 'describe', sql: 'SELECT 1' },
      { type: 'close' },
    ]
    const { body } = await postPipeline(await startTestServer(), { requests })
    expect(body).toMatchObject({
      results: [
        { type: 'ok' },
        { response: { result: { rows: [[{ type: 'integer', value: '5' }]], cols: [{ name: 'five' }] } } },
        { type: 'ok' },
        { type: 'error', error: { code: 'SQL_ID_UNKNOWN' } },
        { type: 'error', error: { code: 'DESCRIBE_UNSUPPORTED' } },
        { type: 'ok' },
      ],
    })
  })

  test('runs the steps of a batch by their conditions', async () => {
    const step = (sql: string, condition?: unknown) => ({ stmt: { sql }, condition })
    const steps = [
      step('SELECT 1'),
      step('SELECT * FROM nowhere', { type: 'ok', step: 0 }),
      step('SELECT 2', { type: 'ok', step: 1 }),
      step('SELECT 3', { type: 'error', step: 1 }),
      step('SELECT 4', {
        type: 'and',
        conds: [
          { type: 'ok', step: 3 },
          { type: 'not', cond: { type: 'ok', step: 2 } },
        ],
      }),
      step('SELECT 5', {
        type: 'or',
        conds: [
          { type: 'error', step: 0 },
          { type: 'ok', step: 2 },
        ],
      }),
    ]
    const { body } = await postPipeline(await startTestServer(), {
      requests: [{ type: 'batch', batch: { steps } }],
    })
    const rows = (n: string) => ({ rows: [[{ type: 'integer', value: n }]] })
    expect(body).toMatchObject({
      results: [
        {
          response: {
            result: {
              step_results: [rows('1'), null, null, rows('3'), rows('4'), null],
              step_errors: [null, { code: 'SQL_INPUT_ERROR' }, null, null, null, null],
            },
          },
        },
      ],
    })
  })
})

describe('a database that cannot be used', () => {
  test('a file that is not a database is named and left as it was', async () => {
    const path = join(temporaryFolder(), 'notes.txt')
    const text = 'these are notes, and they are long enough to be looked at. '.repeat(40)
    writeFileSync(path, text)
    await expect(startTestServer({ path })).rejects.toMatchObject({
      code: 'NOT_A_DATABASE',
      message: expect.stringContaining(path),
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('a folder that is not there, or a folder in place of the file, is an unwritable database', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'test.db'))
    for (const path of [join(folder, 'none', 'test.db'), join(folder, 'test.db'), '/proc/test.db']) {
      await expect(startTestServer({ path })).rejects.toMatchObject({
        code: 'DATABASE_UNWRITABLE',
        message: expect.stringContaining(path),
      })
    }
  })

  test('one that another process has locked is named after busyMs', async () => {
    const path = join(temporaryFolder(), 'locked.db')
    const holder = new Database(path)
    onTestFinished(() => void holder.close())
    holder.exec('PRAGMA journal_mode = DELETE; CREATE TABLE t (a); BEGIN EXCLUSIVE')
    await expect(startTestServer({ path, busyMs: 60 })).rejects.toMatchObject({ code: 'DATABASE_LOCKED' })
    holder.exec('COMMIT')
    expect((await connect(await startTestServer({ path })).execute('SELECT * FROM t')).columns).toEqual(['a'])
  })

  test('a taken port is named', async () => {
    const port = Number(new URL((await startTestServer()).url).port)
    await expect(startTestServer({ port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    })
  })
})
