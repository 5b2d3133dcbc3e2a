import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const MODULE = fileURLToPath(new URL('./yielding-helpers.ts', import.meta.url))
/** Prints the priorities of the process's threads by name, in a process of its own: a priority cannot be raised again. */
const PRINT = `
  import { readdirSync, readFileSync } from 'node:fs'
  import { getPriority } from 'node:os'
  const { makeHelpersYield } = await import(${JSON.stringify(MODULE)})
  const own = getPriority()
  makeHelpersYield()
  const threads = readdirSync('/proc/self/task').map((id) =>
    [readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(), getPriority(Number(id)) === own ? 'own' : getPriority(Number(id))])
  console.log(JSON.stringify(threads))`

describe.runIf(process.platform === 'linux')('makeHelpersYield', () => {
  it('gives the lowest priority to the helper threads of V8, and to no other', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PRINT], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const threads: [string, number | 'own'][] = JSON.parse(stdout)
    const helpers = threads.filter(([name]) => name === 'V8Worker')
    const others = threads.filter(([name]) => name !== 'V8Worker')
    expect(helpers.length).toBeGreaterThan(0)
    expect(new Set(helpers.map(([, priority]) => priority))).toEqual(
      new Set([constants.priority.PRIORITY_LOW]),
    )
    expect(new Set(others.map(([, priority]) => priority))).toEqual(new Set(['own']))
  })
})
