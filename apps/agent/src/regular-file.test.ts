import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { regularFile } from './regular-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regular-file-'))
  await writeFile(join(folder, 'file'), 'five!')
  await symlink('file', join(folder, 'link'))
  await symlink('circle', join(folder, 'circle'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
})
afterAll(() => rm(folder, { recursive: true }))

describe('regularFile', () => {
  it.each(['file', 'link'])('takes a %s', async (name) => {
    expect((await regularFile(join(folder, name))).size).toBe(5)
  })

  it.each([
    ['missing', /^there is no such file$/],
    ['file/below', /^there is no such file$/],
    ['.', /^it is a folder, not a file$/],
    ['pipe', /^it is a pipe, a socket or a device, not a regular file$/],
    ['circle', /^ELOOP: too many symbolic links encountered, stat '/],
  ])('says why %s is none', async (name, problem) => {
    await expect(regularFile(join(folder, name))).rejects.toThrow(problem)
  })

  it.skipIf(process.getuid?.() === 0)('says that it may not be read', async () => {
    const path = join(folder, 'locked')
    await writeFile(path, '')
    await chmod(path, 0)
    await expect(regularFile(path)).rejects.toThrow('the user the agent runs as may not read it')
  })
})
