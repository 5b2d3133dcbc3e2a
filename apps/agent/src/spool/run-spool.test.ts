import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockStateDir, StateDirInUseError } from './lock.ts'
import { RunSpool } from './run-spool.ts'
import { defaultStateDir } from './state-dir.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spool-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const line = (seq: number, type = 'progress') => JSON.stringify({ type, seq, note: '世界'.repeat(seq) })
const runDir = () => join(dir, 'run')

async function withEvents(count: number): Promise<RunSpool> {
  const spool = await RunSpool.open(runDir())
  for (let seq = 1; seq <= count; seq++) await spool.append(line(seq), false)
  return spool
}

describe('RunSpool', () => {
  it('gives back what was appended, also after it was opened anew', async () => {
    const spool = await withEvents(3)
    expect(await spool.read(2)).toBe(line(2))
    await spool.acknowledge(2)
    await spool.close()
    const again = await RunSpool.open(runDir())
    expect([again.lastSeq, again.ackedSeq, again.complete]).toEqual([3, 2, false])
    await again.append(line(4, 'run_complete'), true)
    expect([await again.read(1), await again.read(4)]).toEqual([line(1), line(4, 'run_complete')])
    await again.close()
    const last = await RunSpool.open(runDir())
    expect([last.lastSeq, last.complete, last.settled]).toEqual([4, true, false])
    await last.acknowledge(4)
    expect(last.settled).toBe(true)
    await last.remove()
    expect(await readdir(dir)).toEqual([])
  })

  it.each([
    ['cut within its JSON', line(3).slice(0, 12)],
    ['without its line end', line(3)],
    ['of zeros', '\0\0\0\0\n'],
    ['of the wrong number', `${line(5)}\n`],
  ])('cuts off a last line %s', async (_, torn) => {
    await (await withEvents(2)).close()
    await appendFile(join(runDir(), 'events.jsonl'), torn)
    const spool = await RunSpool.open(runDir())
    expect(spool.lastSeq).toBe(2)
    await spool.append(line(3), false)
    await spool.close()
    expect(await readFile(join(runDir(), 'events.jsonl'), 'utf8')).toBe(
      `${line(1)}\n${line(2)}\n${line(3)}\n`,
    )
  })

  it('reads a spool larger than its read buffer', async () => {
    const spool = await RunSpool.open(runDir())
    const big = (seq: number) => JSON.stringify({ type: 'request_batch', seq, data: 'x'.repeat(700_000) })
    for (let seq = 1; seq <= 5; seq++) await spool.append(big(seq), false)
    await spool.close()
    const again = await RunSpool.open(runDir())
    expect([again.lastSeq, await again.read(4)]).toEqual([5, big(4)])
    await again.close()
  })

  it('starts over with the acknowledgements when their file is unreadable', async () => {
    const spool = await withEvents(2)
    await spool.close()
    await appendFile(join(runDir(), 'acked'), 'x')
    const again = await RunSpool.open(runDir())
    expect(again.ackedSeq).toBe(0)
    await again.close()
  })

  it('is for its owner only', async () => {
    await (await withEvents(1)).close()
    const modes = await Promise.all([runDir(), join(runDir(), 'events.jsonl')].map((path) => stat(path)))
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600])
  })
})

describe('lockStateDir', () => {
  it('refuses a second agent, and takes over from one that is gone', async () => {
    const unlock = lockStateDir(dir)
    expect(() => lockStateDir(dir)).toThrow(StateDirInUseError)
    unlock()
    lockStateDir(dir)()
    expect(await readdir(dir)).toEqual([])
  })

  it.each([
    ['of a process that is gone', '999999999 1'],
    ['of an earlier process with this pid', `${process.pid} 1`],
    ['that is empty', ''],
  ])('takes over a lock %s', async (_, content) => {
    await appendFile(join(dir, 'agent.lock'), content)
    lockStateDir(dir)()
  })
})

describe('defaultStateDir', () => {
  it('follows XDG_STATE_HOME', () => {
    expect(defaultStateDir({ XDG_STATE_HOME: '/x' })).toBe('/x/llm-loadtest')
    expect(defaultStateDir({})).toMatch(/\/\.llm-loadtest$/)
  })
})
