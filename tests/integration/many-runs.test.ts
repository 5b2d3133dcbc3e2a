import { startControlPlane } from '@llm-loadtest/control-plane'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { testApi } from '../support/api.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const AGENTS = 3
const SLOTS = 9
const RUNS = 25
const PROMPTS = 6
const LIMIT_MS = 100_000

const Change = z.object({
  msg: z.enum(['run claimed', 'run ended']),
  run_id: z.string(),
  agent_id: z.string().nullable(),
})
const Record = z.object({ warmup: z.boolean(), index: z.int(), outcome: z.string() })
const folder = temporaryFolder()
const agents: Program[] = []
const changes: z.infer<typeof Change>[] = []
let simulator: Awaited<ReturnType<typeof startSimulator>>
let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let api: ReturnType<typeof testApi>

function keepChanges(line: string): void {
  if (!line.startsWith('{')) return
  const change = Change.safeParse(JSON.parse(line))
  if (change.success) changes.push(change.data)
}

beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  controlPlane = await startControlPlane({
    dataDir: `${folder.path}/data`,
    assetsDirectory: null,
    log: keepChanges,
  })
  api = testApi(controlPlane.url)
  for (let i = 0; i < AGENTS; i++) {
    const { token } = await api.mintAgent(`agent ${i}`)
    const state = `${folder.path}/agent-${i}`
    const flags = ['--control-plane', controlPlane.url, '--state-dir', state, '--slots', String(SLOTS)]
    agents.push(runProgram('apps/agent/bin/agent.js', flags, { LLM_LOADTEST_TOKEN: token }))
  }
  await api.waitForAgents(AGENTS)
})

afterAll(async () => {
  for (const agent of agents) agent.kill('SIGTERM')
  await Promise.all(agents.map((agent) => agent.exited))
  await controlPlane.close()
  await simulator.close()
  folder.remove()
})

it('25 benchmarks run at once over three agents, each claimed once, each complete', async () => {
  const definition = {
    server_url: simulator.url,
    concurrency: [2],
    num_prompts: PROMPTS,
    input_len: 16,
    output_len: 8,
  }
  const ids = await Promise.all(
    Array.from({ length: RUNS }, (_, n) => api.startRun({ ...definition, name: `run ${n}` })),
  )
  const results = []
  for (const id of ids) results.push(await api.waitForEnd(id, LIMIT_MS))

  expect(results.map(({ status, summary }) => [status, summary.successful_requests])).toEqual(
    ids.map(() => ['completed', PROMPTS]),
  )
  for (const id of ids) {
    const answer = await fetch(`${controlPlane.url}/api/v1/benchmark/result/${id}/requests?format=jsonl`)
    const lines = (await answer.text()).trimEnd().split('\n')
    const records = z.array(Record).parse(lines.map((line) => JSON.parse(line)))
    const measured = records.filter(({ warmup }) => !warmup).sort((a, b) => a.index - b.index)
    expect(measured.map(({ index, outcome }) => [index, outcome])).toEqual(
      Array.from({ length: PROMPTS }, (_, index) => [index, 'ok']),
    )
  }

  const claims = changes.filter(({ msg }) => msg === 'run claimed')
  expect(claims.map(({ run_id }) => run_id).sort()).toEqual([...ids].sort())
  expect(new Set(claims.map(({ agent_id }) => agent_id)).size).toBe(AGENTS)
  let running = 0
  const atOnce = changes.map(({ msg }) => (running += msg === 'run claimed' ? 1 : -1))
  expect([Math.max(...atOnce), running]).toEqual([RUNS, 0])
})
