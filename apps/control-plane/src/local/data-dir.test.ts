import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { claimDataDir } from './data-dir.ts'
import { temporaryFolder } from './hrana/test-server.ts'

/** A process that has claimed the folder and does not end by itself. */
async function claimElsewhere(folder: string) {
  const module = new URL('./data-dir.ts', import.meta.url).href
  const code = `const { claimDataDir } = await import(${JSON.stringify(module)})
    globalThis.claim = claimDataDir(${JSON.stringify(folder)})
    process.stdout.write('claimed')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { pid: child.pid, kill }
}

test('another process is named as the holder; its claim ends with it, even when it is killed', async () => {
  const folder = join(temporaryFolder(), 'new', 'data')
  const holder = await claimElsewhere(folder)
  expect(() => claimDataDir(folder)).toThrow(`in use by another control plane (process ${holder.pid})`)
  await holder.kill()
  const claim = claimDataDir(folder)
  onTestFinished(() => claim.release())
  expect(readFileSync(join(folder, 'pid'), 'utf8')).toBe(`${process.pid}\n`)
})

test('the secret stays the same; a damaged one is refused and kept', () => {
  const folder = temporaryFolder()
  const first = claimDataDir(folder)
  first.release()
  const second = claimDataDir(folder)
  expect(second.secret).toBe(first.secret)
  second.release()
  const path = join(folder, 'secret')
  for (const damaged of ['', 'c2hvcnQ=', `${first.secret}!`]) {
    writeFileSync(path, damaged)
    expect(() => claimDataDir(folder)).toThrow(expect.objectContaining({ code: 'SECRET_INVALID' }))
    expect(readFileSync(path, 'utf8')).toBe(damaged)
  }
  writeFileSync(path, first.secret)
  const last = claimDataDir(folder)
  expect(last.secret).toBe(first.secret)
  last.release()
})

test('a folder that cannot be made or written is named', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'data'), '/proc/data']) {
    const failure = { code: 'DATA_DIR_UNWRITABLE', message: expect.stringContaining(`${folder}: `) }
    expect(() => claimDataDir(folder)).toThrow(expect.objectContaining(failure))
  }
})
