import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'

const BIN = fileURLToPath(new URL('../../bin/agent.js', import.meta.url))

function start(...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'calibrate', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const done = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[status], stdout, stderr]) => ({ status, stdout, stderr }),
  )
  return { child, done }
}

it.each([
  [['--workers', '0'], /--workers: it takes a whole number from 1/],
  [['--slow'], /unknown option '--slow'/],
])('exits with 2 for %j, and measures nothing', async (args, message) => {
  const { status, stdout, stderr } = await start(...args).done
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
})

it('prints what it has and exits with 130 on Ctrl-C', async () => {
  const { child, done } = start('--quick', '--json')
  // Its first word on standard error is that a level is over.
  child.stderr.once('data', () => child.kill('SIGINT'))
  const { status, stdout } = await done
  expect(status).toBe(130)
  const Levels = z.array(z.looseObject({ concurrency: z.int(), itl_error_p99_ms: z.number() }))
  const printed = z.looseObject({ ended_by: z.string(), levels: Levels }).parse(JSON.parse(stdout))
  expect(printed.ended_by).toBe('interrupted')
  expect(printed.levels.map(({ concurrency }) => concurrency)).toEqual([1])
})
