// Measures one client at one concurrency, in a process of its own: node --expose-gc measure.ts TASK_AS_JSON
import { setTimeout as sleep } from 'node:timers/promises'
import { ClosedLoop } from '../../apps/agent/src/load/closed-loop.ts'
import { StagedLoad } from '../../apps/agent/src/load/staged-load.ts'
import { fetchTruth } from '../truth-server/truth.ts'
import { agentClient } from './agent-client.ts'
import type { Client, ClientName, Setting } from './client.ts'
import { type Measurement, Task } from './measurement.ts'
import { fetchClient, undiciClient } from './plain-clients.ts'
import { Recording } from './recording.ts'
import { serverLateness, timingErrors } from './timing-error.ts'

const CLIENTS: Record<ClientName, (setting: Setting) => Client> = {
  agent: agentClient,
  'undici.request': undiciClient,
  fetch: fetchClient,
}
const MEMORY_SAMPLE_MS = 200
/** Streams and requests of the first round, which lets the code be compiled before memory is read. */
const FIRST_ROUND = { streams: 8, requests: 24 }
/** With fewer streams than this, the growth of memory says nothing about a stream. */
const MIN_STREAMS_FOR_MEMORY = 50

type Sending = { client: Client; prefix: string; streams: number; requests: number }

/**
 * Sends so many requests over so many streams with the agent's closed loop, whichever the client.
 * @param before waited for before a request is sent
 */
function closedLoop(
  { client, prefix, streams, requests }: Sending,
  before?: (index: number) => Promise<void> | undefined,
): Promise<void> {
  const bound = { requests, durationMs: null, coolDown: 0 }
  const loop = new ClosedLoop({ levelIndex: 0, concurrency: streams, bound, share: { index: 0, of: 1 } })
  const target = {
    send: async ({ index }: { index: number }) => {
      await before?.(index)
      await client.send(index, `${prefix}${index}`)
      return 'reached' as const
    },
    drop: () => {
      throw new Error('a closed loop drops nothing')
    },
    // After a failure the rest may run to its end: the loop then throws the failure.
    cancelInFlight: () => undefined,
  }
  return new StagedLoad([loop], { graceMs: null }).run(target, new AbortController().signal)
}

/** Watches the resident set until it is asked for its peak, bytes. */
function watchMemory(): () => number {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const timer = setInterval(look, MEMORY_SAMPLE_MS)
  return () => {
    clearInterval(timer)
    look()
    return peak
  }
}

/** CPU and wall time since the measuring began. */
class Spent {
  readonly beganAt = performance.now()
  readonly #cpu = process.cpuUsage()

  /** CPU seconds, and CPU time over wall time in %. */
  now(): { cpuSeconds: number; cpuPercent: number } {
    const { user, system } = process.cpuUsage(this.#cpu)
    const cpuSeconds = (user + system) / 1e6
    return { cpuSeconds, cpuPercent: (cpuSeconds / (performance.now() - this.beganAt)) * 1e5 }
  }
}

/**
 * Runs the streams. The first request of each is not measured and begins when its turn comes in the length of a response,
 * so that later ones begin and end one after the other as they do in a closed loop that has gone on for a while.
 */
async function runStreams(client: Client, task: Task): Promise<Spent> {
  const { streams, tokens, itlMs, rounds } = task
  let spent = new Spent()
  await closedLoop({ client, prefix: '', streams, requests: streams * (rounds + 1) }, (index) => {
    if (index === streams) spent = new Spent()
    return index < streams ? sleep((index / streams) * tokens * itlMs) : undefined
  })
  return spent
}

async function measure(task: Task): Promise<Measurement> {
  const { streams, tokens, rounds } = task
  const requests = streams * (rounds + 1)
  const recording = new Recording(Math.max(requests, FIRST_ROUND.requests), tokens)
  const client = CLIENTS[task.client]({ url: task.url, tokens, recording })

  await closedLoop({ client, prefix: 'first-', ...FIRST_ROUND })
  recording.clear()
  globalThis.gc?.()
  const memoryBefore = process.memoryUsage.rss()
  const memoryPeak = watchMemory()
  await client.warm(streams)
  const spent = await runStreams(client, task)
  const { cpuSeconds, cpuPercent } = spent.now()
  const memoryGrowth = memoryPeak() - memoryBefore
  await client.close()

  const truths = await fetchTruth(task.url)
  const measured = { from: streams, to: requests }
  const { ttft, itl } = timingErrors(recording, measured, truths)
  return {
    cpuSecondsPerMillionTokens: (cpuSeconds / recording.eventsSince(spent.beganAt)) * 1e6,
    cpuPercent,
    ttftError: ttft,
    itlError: itl,
    serverLateness: serverLateness(truths, measured, task.itlMs),
    // The first round's connections were there before.
    memoryBytesPerStream:
      streams < MIN_STREAMS_FOR_MEMORY ? null : memoryGrowth / (streams - FIRST_ROUND.streams),
  }
}

const result = await measure(Task.parse(JSON.parse(process.argv[2] ?? '{}')))
process.stdout.write(JSON.stringify(result))
