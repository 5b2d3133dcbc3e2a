// Measures one client at one concurrency, in a process of its own: node --expose-gc measure.ts TASK_AS_JSON
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

/** Begins the ids of the requests that are measured. */
const MEASURED = 'measured-'

/** Sends so many requests over so many streams with the agent's closed loop, whichever the client. */
function closedLoop(client: Client, prefix: string, streams: number, requests: number): Promise<void> {
  const bound = { requests, durationMs: null, coolDown: 0 }
  const loop = new ClosedLoop({ levelIndex: 0, concurrency: streams, bound, share: { index: 0, of: 1 } })
  const target = {
    send: ({ index }: { index: number }) => client.send(index, `${prefix}${index}`),
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

async function measure(task: Task): Promise<Measurement> {
  const { streams, tokens, rounds } = task
  const requests = streams * rounds
  const recording = new Recording(Math.max(requests, FIRST_ROUND.requests), tokens)
  const client = CLIENTS[task.client]({ url: task.url, tokens, recording })

  await closedLoop(client, 'first-', FIRST_ROUND.streams, FIRST_ROUND.requests)
  recording.clear()
  globalThis.gc?.()
  const memoryBefore = process.memoryUsage.rss()
  const memoryPeak = watchMemory()
  await client.warm(streams)
  await closedLoop(client, 'warm-', streams, streams)
  recording.clear()

  const begun = performance.now()
  const cpuBefore = process.cpuUsage()
  await closedLoop(client, MEASURED, streams, requests)
  const cpu = process.cpuUsage(cpuBefore)
  const wallMs = performance.now() - begun
  const memoryGrowth = memoryPeak() - memoryBefore
  await client.close()

  const truths = await fetchTruth(task.url)
  const { ttft, itl } = timingErrors(recording, requests, truths, (index) => `${MEASURED}${index}`)
  const measured = [...truths].filter(([id]) => id.startsWith(MEASURED)).map(([, truth]) => truth)
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  return {
    cpuSecondsPerMillionTokens: (cpuSeconds / (requests * tokens)) * 1e6,
    cpuPercent: (cpuSeconds / (wallMs / 1000)) * 100,
    ttftError: ttft,
    itlError: itl,
    serverLateness: serverLateness(measured, task.itlMs),
    // The first round's connections were there before.
    memoryBytesPerStream:
      streams < MIN_STREAMS_FOR_MEMORY ? null : memoryGrowth / (streams - FIRST_ROUND.streams),
  }
}

const result = await measure(Task.parse(JSON.parse(process.argv[2] ?? '{}')))
process.stdout.write(JSON.stringify(result))
