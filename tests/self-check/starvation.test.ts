import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { RunResult } from '@llm-loadtest/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Enough that whoever wants a core waits for it most of the time. */
const HOGS = 4 * availableParallelism()

const folder = temporaryFolder()
let simulator: Program
let url: string
beforeAll(async () => {
  simulator = runProgram('packages/llm-simulator/bin/llm-simulator.js', ['--port', '0'])
  url = await waitUntil('the simulator', () => /http:\/\/\S+/.exec(simulator.output())?.[0] ?? null)
})
afterAll(async () => {
  simulator.kill('SIGTERM')
  await simulator.exited
  await folder.remove()
})

/** A small run of the agent in a process of its own. */
async function measure(name: string, load: string[]): Promise<RunResult> {
  const file = `${folder.path}/${name}.json`
  const flags = ['--server', url, '--model', 'simulator', '--input-len', '32', '--output-len', '32']
  const agent = runProgram('apps/agent/bin/agent.js', ['run', ...flags, ...load, '--output', file])
  expect(await agent.exited, agent.output()).toBe(0)
  return RunResult.parse(JSON.parse(await readFile(file, 'utf8')))
}

async function whileStarved<T>(work: () => Promise<T>): Promise<T> {
  const hogs: ChildProcess[] = Array.from({ length: HOGS }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )
  try {
    return await work()
  } finally {
    const gone = hogs.map((hog) => once(hog, 'exit'))
    for (const hog of hogs) hog.kill('SIGKILL')
    await Promise.all(gone)
  }
}

// Some other program may take the cores just then, and the verdict would be right: that is not what is asked here.
it('is valid when the agent has its cores for itself', { retry: 2 }, async () => {
  const { validity, results } = await measure('idle', ['-c', '4', '-n', '160'])
  expect(validity, JSON.stringify(results.map((level) => level.validity))).toEqual({
    verdict: 'valid',
    reasons: [],
  })
})

it.each([
  ['closed', ['-c', '8', '-n', '60']],
  ['open', ['--rate', '20', '-n', '80']],
])('says that and why a %s loop is not valid when other programs take the cores', async (name, load) => {
  const { validity, results } = await whileStarved(() => measure(`starved-${name}`, load))
  expect(validity.verdict, JSON.stringify(results.map((level) => level.validity))).toMatch(/suspect|invalid/)
  const codes = validity.reasons.map(({ reason }) => (typeof reason === 'string' ? reason : reason.code))
  // The agent's own CPU use is low: what tells is that it did not come to run.
  expect(codes).not.toContain('agent_cpu')
  expect(codes.some((code) => ['event_loop_delay', 'cpu_wait'].includes(code))).toBe(true)
})
