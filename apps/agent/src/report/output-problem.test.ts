import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outputProblem } from './output-problem.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'output-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('an output file can be written', () => {
  it('when it is new, and is not left behind', async () => {
    expect(await outputProblem(join(dir, 'new.json'))).toBeNull()
    expect(await readdir(dir)).toEqual([])
  })

  it('when it is there, and keeps what it holds', async () => {
    const file = join(dir, 'old.json')
    await writeFile(file, 'earlier result')
    expect(await outputProblem(file)).toBeNull()
    expect(await readFile(file, 'utf8')).toBe('earlier result')
  })
})

describe('an output file cannot be written', () => {
  it('when its folder does not exist: none is made', async () => {
    const folder = join(dir, 'a', 'b')
    expect(await outputProblem(join(folder, 'x.json'))).toBe(
      `the folder ${folder} does not exist. Make it first, or name another`,
    )
    expect(await readdir(dir)).toEqual([])
  })

  it('when it is a folder, or in a file', async () => {
    const folder = join(dir, 'folder.json')
    await mkdir(folder)
    expect(await outputProblem(folder)).toBe(`${folder} is a folder. Name a file in it`)
    const file = join(dir, 'file')
    await writeFile(file, '')
    expect(await outputProblem(join(file, 'x.json'))).toBe(`${file} is not a folder. Name another`)
  })

  it('when the system does not take its name, and says why', async () => {
    expect(await outputProblem(join(dir, `${'x'.repeat(300)}.json`))).toMatch(
      /cannot be written: ENAMETOOLONG/,
    )
  })
})
