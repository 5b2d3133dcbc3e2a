import { AGENT_SUBPROTOCOL, AgentCreated, ControlMessage, RunAccepted } from '@llm-loadtest/schema'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { FakeAgent, helloMessage } from '../../apps/control-plane/src/testing/fake-agent.ts'
import { progressEvent } from '../../apps/control-plane/src/testing/samples.ts'
import { openSocket } from '../../apps/control-plane/src/testing/socket.ts'

const RUNS = 5
const VIEWERS_EACH = 20
const MESSAGES = 40
/** Four times as often as an agent sends. */
const PERIOD_MS = 250

const Progress = z.object({ type: z.literal('progress'), at_ms: z.number() })

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}

async function openViewer(url: string, onProgress: (atMs: number) => void): Promise<WebSocket> {
  const socket = new WebSocket(url)
  socket.on('message', (data) => {
    const message = Progress.safeParse(JSON.parse(String(data)))
    if (message.success) onProgress(message.data.at_ms)
  })
  await new Promise((resolve, reject) => {
    socket.once('message', resolve)
    socket.once('error', reject)
  })
  return socket
}

/** One run on an agent of its own, watched by its viewers. */
async function startRun(url: string, delays: number[]) {
  const agent = AgentCreated.parse(await post(`${url}/api/v1/agents`, { name: 'bench' }))
  const definition = { server_url: 'http://llm.test', model: 'm', agent_id: agent.agent_id }
  const { run_id } = RunAccepted.parse(await post(`${url}/api/v1/benchmark/run`, definition))
  const socketUrl = url.replace('http:', 'ws:')
  const socket = await openSocket(`${socketUrl}/api/v1/agents/ws`, ControlMessage, {
    protocols: [AGENT_SUBPROTOCOL],
    headers: { Authorization: `Bearer ${agent.token}` },
  })
  const fake = new FakeAgent(socket)
  socket.send(helloMessage())
  await fake.accept(run_id)
  const sentMs: number[] = []
  const viewers = await Promise.all(
    Array.from({ length: VIEWERS_EACH }, () =>
      openViewer(`${socketUrl}/api/v1/benchmark/ws/run/${run_id}`, (atMs) => {
        delays.push(performance.now() - (sentMs[atMs] ?? Number.NaN))
      }),
    ),
  )
  return {
    send(n: number) {
      sentMs[n] = performance.now()
      fake.event(run_id, n, progressEvent(n))
    },
    acked: () => fake.acked(run_id, MESSAGES),
    close() {
      for (const viewer of viewers) viewer.terminate()
      socket.cut()
    },
  }
}

/** How long a message of an agent takes to each viewer of its run, ms: 5 runs at once, 20 viewers each. */
export async function measureSockets(url: string): Promise<number[]> {
  const delays: number[] = []
  const runs = []
  for (let i = 0; i < RUNS; i++) runs.push(await startRun(url, delays))
  for (let n = 1; n <= MESSAGES; n++) {
    for (const run of runs) {
      run.send(n)
      // Agents do not send at the same moment.
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS / RUNS))
    }
  }
  await Promise.all(runs.map((run) => run.acked()))
  for (const run of runs) run.close()
  const expected = RUNS * VIEWERS_EACH * MESSAGES
  if (delays.length !== expected) throw new Error(`${delays.length} of ${expected} messages reached a viewer`)
  return delays
}
