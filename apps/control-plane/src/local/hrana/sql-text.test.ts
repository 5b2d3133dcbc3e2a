import { describe, expect, test } from 'vitest'

import { assertOneStatement, beginsDeferred, changesConnection, mayWrite, onlyReads } from './sql-text.ts'

describe('assertOneStatement', () => {
  test.each([
    'SELECT 1',
    ' SELECT 1 ; ; -- and; more\n',
    "SELECT ';', 'it''s; fine', \";\", `;`, [;] /* ; */",
    'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END;',
  ])('takes %s', (sql) => {
    expect(() => assertOneStatement(sql)).not.toThrow()
  })

  test.each([
    'SELECT 1; SELECT 2',
    "SELECT ';'; DROP TABLE a",
    'CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM c; END; DROP TABLE a',
  ])('refuses the second statement of %s', (sql) => {
    expect(() => assertOneStatement(sql)).toThrow('more than one statement')
  })

  test.each(['', ' ; ', '-- SELECT 1', '/* SELECT 1'])('refuses "%s", which holds none', (sql) => {
    expect(() => assertOneStatement(sql)).toThrow('no statement')
  })
})

test.each([
  ['SELECT 1', false, true],
  ['/* a */ -- b\n select 1', false, true],
  ['WITH a AS (SELECT 1) SELECT * FROM a', false, false],
  ['WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a', true, false],
  ['INSERT INTO a VALUES (1)', true, false],
  ['CREATE TABLE a (b)', true, false],
  ['BEGIN DEFERRED', false, false],
  ['COMMIT', false, false],
])('%s: may write %s, only reads %s', (sql, writes, reads) => {
  expect([mayWrite(sql), onlyReads(sql)]).toEqual([writes, reads])
})

test('BEGIN alone is deferred, as SQLite has it', () => {
  const deferred = ['BEGIN', 'begin deferred', 'BEGIN TRANSACTION;', 'BEGIN DEFERRED TRANSACTION']
  expect(deferred.map(beginsDeferred)).toEqual([true, true, true, true])
  expect(['BEGIN IMMEDIATE', 'BEGIN EXCLUSIVE', 'SELECT 1'].map(beginsDeferred)).toEqual([
    false,
    false,
    false,
  ])
})

test('what outlives its statement in a connection is recognised', () => {
  const lasting = [
    'PRAGMA foreign_keys = off',
    "ATTACH 'x' AS y",
    'CREATE TEMP TABLE a (b)',
    '-- c\ncreate temporary view v AS SELECT 1',
  ]
  expect(lasting.map(changesConnection)).toEqual([true, true, true, true])
  expect(['CREATE TABLE temp_a (b)', 'SELECT 1'].map(changesConnection)).toEqual([false, false])
})
