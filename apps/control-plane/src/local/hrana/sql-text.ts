import { HranaError } from './hrana-error.ts'

/** One lexical unit that may hold a semicolon without ending a statement: a comment, a literal or a quoted name. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/g
const LEADING_TRIVIA = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/
const READ_ONLY = new Set(['SELECT', 'VALUES', 'EXPLAIN', 'PRAGMA'])
const TRANSACTION = new Set(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'])

/**
 * Refuses text that holds no statement, or more than one: the native library would run the first and silently
 * drop the rest.
 */
export function assertOneStatement(sql: string): void {
  const bare = sql.replace(OPAQUE, (unit) => (unit.startsWith('--') || unit.startsWith('/*') ? ' ' : 'x'))
  const text = bare.replace(/^[\s;]+/, '')
  if (text === '') throw new HranaError('SQL_NO_STATEMENT', 'SQL string contains no statement')
  // The body of a trigger is statements too, up to its END.
  const whole = /^create\s+(?:temp\s+|temporary\s+)?trigger\b/i.test(text)
    ? text.replace(/\bbegin\b[\s\S]*?;\s*end\b/i, '')
    : text
  if (/;[\s;]*[^\s;]/.test(whole)) {
    throw new HranaError('SQL_MANY_STATEMENTS', 'SQL string contains more than one statement')
  }
}

/** True for statements that cannot change a row, so that no change count has to be read after them. */
export function onlyReads(sql: string): boolean {
  return READ_ONLY.has(keywordOf(sql))
}

/** True when the statement may take the write lock. */
export function mayWrite(sql: string): boolean {
  const keyword = keywordOf(sql)
  if (keyword === 'WITH') return /\b(?:insert|update|delete|replace)\b/i.test(sql)
  return !READ_ONLY.has(keyword) && !TRANSACTION.has(keyword)
}

/** True for BEGIN, COMMIT, ROLLBACK and the like. */
export function controlsTransaction(sql: string): boolean {
  return TRANSACTION.has(keywordOf(sql))
}

/** True for `BEGIN DEFERRED`, and for `BEGIN` alone, which means the same. */
export function beginsDeferred(sql: string): boolean {
  return /^begin(?:\s+deferred)?(?:\s+transaction)?\s*;?\s*$/i.test(sql.replace(LEADING_TRIVIA, ''))
}

/** True when the statement leaves settings or tables behind in its connection: pragmas, attached or temporary ones. */
export function changesConnection(sql: string): boolean {
  return /^(?:pragma|attach|detach|create\s+temp(?:orary)?)\b/i.test(sql.replace(LEADING_TRIVIA, ''))
}

function keywordOf(sql: string): string {
  return /^[a-z]+/i.exec(sql.replace(LEADING_TRIVIA, ''))?.[0].toUpperCase() ?? ''
}
