import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import {
  AGENT_SUBPROTOCOL,
  CloseCode,
  newId,
  RequestRecord,
  RunDefinition,
  type RunDefinitionInput,
} from '@llm-loadtest/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SILENT_LOG } from '../log.ts'
import { RunSpool } from '../spool/run-spool.ts'
import { ScriptedControlPlane } from './scripted-control-plane.ts'
import { type AgentOptions, type RunningAgent, startAgent } from './start-agent.ts'

let simulator: RunningSimulator
let controlPlane: ScriptedControlPlane
let stateDir: string
let agents: RunningAgent[]
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
})
afterAll(() => simulator.close())
beforeEach(async () => {
  controlPlane = new ScriptedControlPlane()
  await once(controlPlane.server, 'listening')
  stateDir = await mkdtemp(join(tmpdir(), 'agent-'))
  agents = []
})
afterEach(async () => {
  await controlPlane.close()
  for (const agent of agents) await agent.close()
  await rm(stateDir, { recursive: true, force: true })
})

async function joinAgent(over: Partial<AgentOptions> = {}): Promise<RunningAgent> {
  const agent = await startAgent({
    token: 'agent-token',
    controlPlaneUrl: controlPlane.url,
    stateDir,
    log: SILENT_LOG,
    environment: { HAS_KEY: 'key' },
    ...over,
  })
  agents.push(agent)
  return agent
}

function assign(over: Partial<RunDefinitionInput> = {}): string {
  const definition = RunDefinition.parse({
    server_url: simulator.url,
    model: 'simulator',
    num_prompts: 20,
    concurrency: [2],
    input_len: 8,
    output_len: 5,
    ignore_eos: true,
    ...over,
  })
  const runId = newId('run')
  controlPlane.send({ type: 'assign', run: { run_id: runId, definition } })
  return runId
}

const lastOf = (runId: string) => controlPlane.events(runId).at(-1)
const hasEnded = (runId: string) => ['run_complete', 'run_failed'].includes(lastOf(runId)?.type ?? '')
const ended = (runId: string) => expect.poll(() => hasEnded(runId), { timeout: 15_000 }).toBe(true)
const spoolIsEmpty = () => expect.poll(() => readdir(join(stateDir, 'runs')), { timeout: 5000 }).toEqual([])

function recordsOf(runId: string): RequestRecord[] {
  return controlPlane.events(runId).flatMap((event) => {
    if (event.type !== 'request_batch') return []
    const records = z
      .array(RequestRecord)
      .parse(JSON.parse(gunzipSync(Buffer.from(event.data, 'base64')).toString()))
    expect(records).toHaveLength(event.count)
    return records
  })
}

describe('an agent that joins', () => {
  it('says who it is, runs what it is given, and keeps nothing of it', async () => {
    await (await joinAgent({ slots: 2, allowTargets: ['127.0.0.1'] })).connected
    expect(controlPlane.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer agent-token',
      'sec-websocket-protocol': AGENT_SUBPROTOCOL,
    })
    expect(controlPlane.requests[0]?.url).toBe('/api/v1/agents/ws')
    expect(controlPlane.of('hello')[0]).toMatchObject({
      version: '0.1.0',
      limits: { slots: 2, allow_targets: ['127.0.0.1'] },
      runs: [],
    })
    const runId = assign()
    await ended(runId)
    expect(controlPlane.of('accept')).toEqual([{ type: 'accept', run_id: runId }])
    expect(lastOf(runId)).toMatchObject({ type: 'run_complete', outcome: 'completed' })
    const types = controlPlane.events(runId).map(({ type }) => type)
    expect(types.lastIndexOf('request_batch')).toBeLessThan(types.indexOf('level_result'))
    const records = recordsOf(runId)
    expect(records.filter(({ warmup }) => !warmup)).toHaveLength(20)
    expect(records.filter(({ warmup }) => warmup)).toHaveLength(3)
    await spoolIsEmpty()
  })

  it('sends again from the last acknowledgement when the connection breaks: nothing lost, nothing twice', async () => {
    await (await joinAgent()).connected
    let cuts = 0
    controlPlane.onEvent = () => {
      if (cuts < 3 && controlPlane.events(runId).length >= (cuts + 1) * 2) {
        cuts++
        controlPlane.cut()
      }
    }
    const runId = assign({ num_prompts: 150, output_len: 20 })
    await ended(runId)
    expect(cuts).toBe(3)
    expect(controlPlane.of('hello').length).toBe(4)
    expect(controlPlane.events(runId).map(({ seq }) => seq)).toEqual(
      controlPlane.events(runId).map((_, index) => index + 1),
    )
    const indexes = recordsOf(runId)
      .filter(({ warmup }) => !warmup)
      .map(({ index }) => index)
    expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i))
    await spoolIsEmpty()
  })

  it('does not send more than may be unacknowledged', async () => {
    const runId = newId('run')
    const spool = await RunSpool.open(join(stateDir, 'runs', runId))
    const data = 'A'.repeat(1024 * 1024)
    for (let seq = 1; seq <= 10; seq++) {
      const event = { type: 'request_batch', run_id: runId, seq, level_index: 0, count: 1, data }
      await spool.append(JSON.stringify(event), false)
    }
    await spool.close()
    controlPlane.acknowledges = false
    await (await joinAgent()).connected
    await expect.poll(() => controlPlane.events(runId).length).toBe(3)
    controlPlane.send({ type: 'ack', run_id: runId, seq: 1 })
    await expect.poll(() => controlPlane.events(runId).length).toBe(4)
    controlPlane.acknowledges = true
    controlPlane.ackAll(runId)
    await ended(runId)
    expect(controlPlane.events(runId)).toHaveLength(11)
  })

  it('ends as failed what an earlier agent left unfinished, and only sends what it had finished', async () => {
    const [unfinished, finished] = [newId('run'), newId('run')]
    for (const runId of [unfinished, finished]) {
      const spool = await RunSpool.open(join(stateDir, 'runs', runId))
      const error = { code: 'internal', message: 'broken' }
      const samples = { period_ms: 1000, devices: null, samples: [] }
      await spool.append(JSON.stringify({ type: 'gpu', run_id: runId, seq: 1, ...samples }), false)
      if (runId === finished) {
        await spool.append(JSON.stringify({ type: 'run_failed', run_id: runId, seq: 2, error }), true)
      }
      await spool.close()
    }
    await (await joinAgent()).connected
    await ended(unfinished)
    await ended(finished)
    expect([...(controlPlane.of('hello')[0]?.runs ?? [])].sort()).toEqual([unfinished, finished].sort())
    expect(lastOf(unfinished)).toMatchObject({ seq: 2, error: { code: 'agent_restarted' } })
    expect(lastOf(finished)).toMatchObject({ seq: 2, error: { code: 'internal' } })
    await spoolIsEmpty()
  })

  it('drops a run the control plane does not know', async () => {
    const runId = newId('run')
    const spool = await RunSpool.open(join(stateDir, 'runs', runId))
    await spool.close()
    controlPlane.knows = () => false
    await (await joinAgent()).connected
    await spoolIsEmpty()
    expect(controlPlane.events(runId)).toEqual([])
  })

  it('cancels a run when told to', async () => {
    await (await joinAgent()).connected
    const runId = assign({ num_prompts: 100_000 })
    await expect.poll(() => controlPlane.events(runId).length, { timeout: 10_000 }).toBeGreaterThan(2)
    controlPlane.send({ type: 'cancel', run_id: runId })
    await ended(runId)
    expect(lastOf(runId)).toMatchObject({ type: 'run_complete', outcome: 'cancelled' })
    expect(controlPlane.events(runId).at(-2)).toMatchObject({ type: 'level_result' })
    expect(recordsOf(runId).filter(({ outcome }) => outcome === 'CANCELLED')).toHaveLength(2)
  })

  it('hands back what runs when it is stopped', async () => {
    const agent = await joinAgent()
    await agent.connected
    const runId = assign({ num_prompts: 100_000 })
    await expect.poll(() => controlPlane.events(runId).length, { timeout: 10_000 }).toBeGreaterThan(2)
    await agent.close()
    expect(lastOf(runId)).toMatchObject({ type: 'run_failed', error: { code: 'agent_restarted' } })
    expect(await readdir(join(stateDir, 'runs'))).toEqual([])
    expect(await agent.ended).toBeNull()
  })
})

describe('a run is refused', () => {
  const refusedFor = async (over: Partial<RunDefinitionInput>, options: Partial<AgentOptions>) => {
    await (await joinAgent(options)).connected
    const runId = assign(over)
    await expect.poll(() => controlPlane.of('reject').length).toBe(1)
    expect(controlPlane.of('reject')[0]?.run_id).toBe(runId)
    expect(await readdir(join(stateDir, 'runs'))).toEqual([])
    return controlPlane.of('reject')[0]?.reason
  }

  it.each([
    ['another host', ['gpu-1']],
    ['another port', ['127.0.0.1:1']],
  ])('when only %s is allowed', async (_, allowTargets) => {
    expect(await refusedFor({}, { allowTargets })).toMatch(
      /^This agent may not load 127\.0\.0\.1:\d+: .*--allow-target/,
    )
  })

  it('when the variable of its key is not set', async () => {
    expect(await refusedFor({ api_key_env: 'NO_API_KEY' }, {})).toMatch(/NO_API_KEY .* is not set/)
  })

  it.each([
    'PATH',
    'HOME',
    'LLM_LOADTEST_TOKEN',
    'LLM_LOADTEST_API_KEY',
  ])('when it asks for %s, which is no key of an LLM server', async (variable) => {
    const environment = { [variable]: 'x' }
    expect(await refusedFor({ api_key_env: variable }, { environment })).toMatch(/_API_KEY only/)
  })

  it('when it cannot be read, and the agent lives on', async () => {
    await (await joinAgent()).connected
    const unreadable = newId('run')
    const body = `{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    controlPlane.sendText(
      `{"type":"assign","run":{"run_id":"${unreadable}","definition":{"server_url":"http://h","model":"m","extra_body":${body}}}}`,
    )
    await expect.poll(() => controlPlane.of('reject').length).toBe(1)
    expect(controlPlane.of('reject')[0]?.run_id).toBe(unreadable)
    await ended(assign())
    expect(controlPlane.of('hello')).toHaveLength(1)
  })

  it('when all slots are taken', async () => {
    await (await joinAgent()).connected
    const first = assign({ num_prompts: 100_000 })
    const second = assign()
    await expect.poll(() => controlPlane.of('reject').length).toBe(1)
    expect(controlPlane.of('reject')[0]).toMatchObject({
      run_id: second,
      reason: 'All slots of this agent are taken.',
    })
    expect(controlPlane.of('accept')).toEqual([{ type: 'accept', run_id: first }])
  })
})

describe('an agent that is refused stops and says what to do', () => {
  it.each([
    [CloseCode.revoked, /does not accept this token.*Create a new one/],
    [CloseCode.versionMismatch, /another version.*\(use 2\).*Upgrade/],
    [CloseCode.replaced, /same token.*token of its own/],
  ])('closed with %d', async (code, message) => {
    controlPlane.refuse = (socket) => {
      socket.close(code, code === CloseCode.versionMismatch ? 'use 2' : '')
      return true
    }
    const agent = await joinAgent()
    expect((await agent.ended)?.message).toMatch(message)
  })

  it('answered 401', async () => {
    controlPlane.server.options.verifyClient = () => false
    const agent = await joinAgent()
    expect((await agent.ended)?.message).toMatch(/does not accept this token/)
    expect(controlPlane.requests).toEqual([])
  })
})

it('a second agent with the same state folder is refused', async () => {
  await joinAgent()
  await expect(joinAgent()).rejects.toThrow(/uses the state folder .* --state-dir/)
})
