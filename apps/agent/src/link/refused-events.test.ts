import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { newId, RunDefinition } from '@llm-loadtest/schema'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { SILENT_LOG } from '../log.ts'
import { RunSpool } from '../spool/run-spool.ts'
import { ScriptedControlPlane } from './scripted-control-plane.ts'
import { type RunningAgent, startAgent } from './start-agent.ts'

let simulator: RunningSimulator
let controlPlane: ScriptedControlPlane
let stateDir: string
let agent: RunningAgent | null
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
})
afterAll(() => simulator.close())
beforeEach(async () => {
  controlPlane = new ScriptedControlPlane()
  await once(controlPlane.server, 'listening')
  stateDir = await mkdtemp(join(tmpdir(), 'agent-'))
  agent = null
})
afterEach(async () => {
  await controlPlane.close()
  await agent?.close()
  await rm(stateDir, { recursive: true, force: true })
})

const WITHIN = { timeout: 20_000 }
const UNREADABLE_MS = 777
const error = { code: 'internal', message: 'broken' }

async function joinAgent(): Promise<void> {
  agent = await startAgent({
    token: 'agent-token',
    controlPlaneUrl: controlPlane.url,
    stateDir,
    log: SILENT_LOG,
    environment: {},
  })
}

/** Spools a run with samples of these periods and its end; returns its id and lines. */
async function spooled(periods: readonly number[]): Promise<{ runId: string; lines: string[] }> {
  const runId = newId('run')
  const spool = await RunSpool.open(join(stateDir, 'runs', runId))
  const events = [
    ...periods.map((period_ms) => ({ type: 'gpu', period_ms, devices: null, samples: [] })),
    { type: 'run_failed', error },
  ]
  const lines = events.map((event, i) => JSON.stringify({ run_id: runId, seq: i + 1, ...event }))
  for (const [i, line] of lines.entries()) await spool.append(line, i === lines.length - 1)
  await spool.close()
  return { runId, lines }
}

const spoolIsEmpty = () => expect.poll(() => readdir(join(stateDir, 'runs')), WITHIN).toEqual([])
const isUnreadable = (event: object) => 'period_ms' in event && event.period_ms === UNREADABLE_MS

it('ends a run with an event that is never taken, keeps what it held, and goes on with the others', async () => {
  const good = [await spooled([1, 1, 1]), await spooled(new Array<number>(40).fill(1))]
  const bad = await spooled([1, 1, UNREADABLE_MS, 1])
  controlPlane.cannotRead = isUnreadable
  await joinAgent()
  await spoolIsEmpty()

  for (const { runId, lines } of good) {
    expect(controlPlane.events(runId)).toHaveLength(lines.length)
    expect(controlPlane.events(runId).at(-1)).toMatchObject({ error })
  }
  expect(controlPlane.events(bad.runId).map(({ type }) => type)).toEqual(['gpu', 'gpu', 'run_failed'])
  expect(controlPlane.events(bad.runId).at(-1)).toMatchObject({
    seq: 3,
    error: {
      code: 'internal',
      message:
        'The control plane does not take what the agent measured: unknown field. Upgrade the older of the two, and start the run anew.',
    },
  })
  const kept = await readFile(join(stateDir, 'refused', `${bad.runId}.jsonl`), 'utf8')
  expect(kept).toBe(bad.lines.map((line) => `${line}\n`).join(''))
}, 30_000)

it('drops a run of which not even its failure is taken', async () => {
  const good = await spooled([1])
  const bad = await spooled([UNREADABLE_MS])
  controlPlane.cannotRead = ({ run_id }) => run_id === bad.runId
  await joinAgent()
  await spoolIsEmpty()
  expect(controlPlane.events(good.runId)).toHaveLength(2)
  expect(controlPlane.events(bad.runId)).toEqual([])
}, 30_000)

it('takes a connection that breaks off for no sign that an event is refused', async () => {
  const { runId, lines } = await spooled([UNREADABLE_MS])
  let cuts = 0
  controlPlane.cannotRead = (event) => {
    if (!isUnreadable(event) || cuts === 5) return false
    cuts++
    controlPlane.cut()
    return true
  }
  await joinAgent()
  await spoolIsEmpty()
  expect(cuts).toBe(5)
  expect(controlPlane.events(runId)).toHaveLength(lines.length)
  await expect(readdir(join(stateDir, 'refused'))).rejects.toThrow('ENOENT')
}, 30_000)

it('stops a run that is going on, and is free for the next', async () => {
  await joinAgent()
  await agent?.connected
  const assign = (num_prompts: number): string => {
    const runId = newId('run')
    const definition = RunDefinition.parse({
      server_url: simulator.url,
      model: 'simulator',
      num_prompts,
      request_rate: { rates: [20] },
      input_len: 8,
      output_len: 5,
      ignore_eos: true,
    })
    controlPlane.send({ type: 'assign', run: { run_id: runId, definition } })
    return runId
  }
  const bad = assign(1_000_000)
  controlPlane.cannotRead = ({ run_id, type }) => run_id === bad && type === 'progress'
  await expect.poll(() => controlPlane.events(bad).at(-1)?.type, WITHIN).toBe('run_failed')
  await spoolIsEmpty()
  const next = assign(5)
  await expect.poll(() => controlPlane.events(next).at(-1), WITHIN).toMatchObject({ type: 'run_complete' })
  expect(controlPlane.of('reject')).toEqual([])
}, 60_000)
