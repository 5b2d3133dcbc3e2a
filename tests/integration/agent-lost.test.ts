import { connect, createServer, type Server, type Socket } from 'node:net'
import { startControlPlane } from '@llm-loadtest/control-plane'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { logToStderr } from '@llm-loadtest/local'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from '../support/api.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const programs: Program[] = []
let simulator: Awaited<ReturnType<typeof startSimulator>>
let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let api: ReturnType<typeof testApi>

function startAgent(token: string, stateDir: string, url = controlPlane.url): Program {
  const args = ['--control-plane', url, '--state-dir', `${folder.path}/${stateDir}`]
  const program = runProgram('apps/agent/bin/agent.js', args, { LLM_LOADTEST_TOKEN: token })
  programs.push(program)
  return program
}

/** Requests the control plane has stored of a run, counted by its partial or final result. */
async function firstLevelStored(runId: string): Promise<boolean> {
  return (await api.result(runId)).results.length >= 1
}

beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  controlPlane = await startControlPlane({
    dataDir: `${folder.path}/data`,
    assetsDirectory: null,
    log: logToStderr('warn'),
    vars: { RUN_LEASE_MS: '20000', PRESENCE_INTERVAL_MS: '1000' },
  })
  api = testApi(controlPlane.url)
})

afterAll(async () => {
  for (const program of programs) program.kill('SIGKILL')
  await Promise.all(programs.map((program) => program.exited))
  await controlPlane.close()
  await simulator.close()
  folder.remove()
})

describe('an agent that is lost', () => {
  it('killed in mid-run and started again: the run ends, and all that arrived is kept and counted once', async () => {
    const { agent_id, token } = await api.mintAgent('killed')
    const first = startAgent(token, 'killed')
    await api.waitForAgents(1)
    const runId = await api.startRun({
      agent_id,
      server_url: simulator.url,
      concurrency: [4, 4, 4],
      num_prompts: 40,
      output_len: 64,
    })
    await waitUntil('the first level', () => firstLevelStored(runId))
    first.kill('SIGKILL')
    await first.exited
    const second = startAgent(token, 'killed')
    const result = await api.waitForEnd(runId).catch((error: Error) => {
      throw new Error(second.output(), { cause: error })
    })
    expect(result).toMatchObject({ status: 'failed', error: { code: 'agent_restarted' } })
    expect(result.results[0]).toMatchObject({ total_requests: 40, successful_requests: 40 })
    for (const level of result.results) expect(level.total_requests).toBeLessThanOrEqual(40)
    second.kill('SIGTERM')
    expect(await second.exited).toBe(0)
  })

  it('cut off from the control plane in mid-run: it resumes, and every request is counted once', async () => {
    const proxy = await startProxy(Number(new URL(controlPlane.url).port))
    const { agent_id, token } = await api.mintAgent('cut off')
    const agent = startAgent(token, 'cut-off', proxy.url)
    await waitUntil('the agent online', async () => {
      const { data } = await api.client.GET('/api/v1/agents')
      return data?.agents.some((one) => one.agent_id === agent_id && one.online) ?? false
    })
    const runId = await api.startRun({
      agent_id,
      server_url: simulator.url,
      concurrency: [4, 4],
      num_prompts: 60,
      output_len: 64,
    })
    await waitUntil('the run under way', async () => (await api.status(runId)) === 'running')
    for (let cut = 0; cut < 3; cut++) await proxy.cut()
    const result = await api.waitForEnd(runId)
    expect(proxy.cuts()).toBe(3)
    expect(result).toMatchObject({
      status: 'completed',
      summary: { total_requests: 120, successful_requests: 120 },
    })
    agent.kill('SIGTERM')
    expect(await agent.exited).toBe(0)
    await proxy.close()
  })
})

/** A TCP proxy in front of the control plane whose connections can be cut. */
async function startProxy(target: number) {
  const sockets = new Set<Socket>()
  let cuts = 0
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.once('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('error', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts: () => cuts,
    /** Cuts every connection once there is one. */
    async cut() {
      await waitUntil('a connection to cut', () => sockets.size > 0)
      for (const socket of sockets) socket.destroy()
      cuts++
      await waitUntil('the cut', () => sockets.size === 0)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
