import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import Database from 'libsql'

import { DataDirInUseError, DataDirUnwritableError, SecretInvalidError } from './errors.ts'
import { isBusy } from './hrana/hrana-error.ts'

export interface DataDir {
  path: string
  databasePath: string
  /** Where the worker's Durable Objects are kept. */
  objectsPath: string
  /** 32 random bytes in base64, the same at every start. */
  secret: string
  /** Lets another process use the folder. */
  release(): void
}

/**
 * Makes the folder when absent and claims it for this process. The claim is an exclusive lock of SQLite's on the
 * file `lock`: the system drops it when the process ends, however it ends, so there is none to be left behind.
 * Throws DataDirUnwritableError, DataDirInUseError or SecretInvalidError.
 */
export function claimDataDir(folder: string): DataDir {
  const path = resolve(folder)
  return orUnwritable(path, () => {
    makeFolder(path)
    const lock = new Database(join(path, 'lock'), { timeout: 0 })
    const pidPath = join(path, 'pid')
    const release = () => {
      rmSync(pidPath, { force: true })
      lock.close()
    }
    try {
      lock.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      if (isBusy(error)) throw new DataDirInUseError(path, holderOf(pidPath), error)
      throw error
    }
    try {
      writeFileSync(pidPath, `${process.pid}\n`)
      const secret = readOrMakeSecret(join(path, 'secret'))
      return {
        path,
        databasePath: join(path, 'llm-loadtest.db'),
        objectsPath: join(path, 'durable-objects'),
        secret,
        release,
      }
    } catch (error) {
      release()
      throw error
    }
  })
}

/** Not `recursive`: Node loops forever where a file system says that a folder within an existing one cannot be. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function orUnwritable<T>(path: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (error instanceof DataDirInUseError || error instanceof SecretInvalidError) throw error
    throw new DataDirUnwritableError(path, error)
  }
}

function holderOf(pidPath: string): string {
  const pid = existsSync(pidPath) ? readFileSync(pidPath, 'utf8').trim() : ''
  return pid === '' ? 'another control plane' : `another control plane (process ${pid})`
}

function readOrMakeSecret(path: string): string {
  if (!existsSync(path)) {
    // Written aside and renamed, so that a crash leaves no half of it.
    const fresh = `${path}.new`
    writeFileSync(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
    renameSync(fresh, path)
  }
  chmodSync(path, 0o600)
  const secret = readFileSync(path, 'utf8').trim()
  const bytes = Buffer.from(secret, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== secret) throw new SecretInvalidError(path)
  return secret
}
