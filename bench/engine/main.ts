// npm run bench:engine [-- --streams 1,100,500,1000,2000 --tokens 64 --itl-ms 20 --rounds 3 --repeats 3]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { SEMI_SPACE_MB } from '../../apps/agent/src/crew/thread-memory.ts'
import { ALONE_FLAGS } from '../../apps/agent/src/crew/yielding-helpers.ts'
import { NumberList, parsedOptions } from '../options.ts'
import { CLIENT_CORE, pinned, pinningNote } from '../pinning.ts'
import { figure, table } from '../table.ts'
import { startTruthServer, type TruthProgram, withTruthProgram } from '../truth-server/start.ts'
import { CLIENT_NAMES, type ClientName } from './client.ts'
import { Measurement, medianMeasurement, type Task } from './measurement.ts'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))

const Options = z.strictObject({
  streams: NumberList.pipe(z.array(z.int())),
  tokens: z.coerce.number().int().min(2),
  'itl-ms': z.coerce.number().min(0.1),
  rounds: z.coerce.number().int().min(1),
  repeats: z.coerce.number().int().min(1),
})

function readOptions() {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '1,100,500,1000,2000' },
      tokens: { type: 'string', default: '64' },
      'itl-ms': { type: 'string', default: '20' },
      rounds: { type: 'string', default: '3' },
      repeats: { type: 'string', default: '3' },
    },
  })
  return parsedOptions(Options, values)
}

/** What V8 is told for a load thread of the agent, on the command line because it is the main thread here. */
const AGENT_MEMORY = [`--max-semi-space-size=${SEMI_SPACE_MB}`, ...ALONE_FLAGS]

async function measureInChild(task: Task): Promise<Measurement> {
  const memory = task.client === 'agent' ? AGENT_MEMORY : []
  const args = ['--expose-gc', ...memory, MEASURE, JSON.stringify(task)]
  const child = spawn(...pinned(CLIENT_CORE, process.execPath, args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (status !== 0) throw new Error(`measuring ${task.client} at ${task.streams} streams failed`)
  return Measurement.parse(JSON.parse(output))
}

/** A fresh server for each measurement, so that none finds the state of another. */
async function measureAgainstTruth(program: TruthProgram, task: Omit<Task, 'url'>): Promise<Measurement> {
  const server = await startTruthServer(program, task)
  try {
    return await measureInChild({ ...task, url: server.url })
  } finally {
    await server.stop()
  }
}

const HEADINGS = [
  'client',
  'streams',
  'CPU s/Mtok',
  'CPU %',
  'TTFT err p50',
  'p99 (ms)',
  'ITL err p50',
  'p99 (ms)',
  'server late p99 (ms)',
  'KiB/stream',
  'CPU vs undici.request',
  'vs fetch',
]

function row(client: ClientName, streams: number, measured: ReadonlyMap<ClientName, Measurement>): string[] {
  const own = measured.get(client)
  const cpu = own?.cpuSecondsPerMillionTokens ?? Number.NaN
  const ratio = (to: ClientName) =>
    figure(cpu / (measured.get(to)?.cpuSecondsPerMillionTokens ?? Number.NaN), 2)
  const memory = own?.memoryBytesPerStream ?? null
  return [
    client,
    String(streams),
    figure(cpu, 1),
    figure(own?.cpuPercent ?? null, 0),
    figure(own?.ttftError?.p50 ?? null, 3),
    figure(own?.ttftError?.p99 ?? null, 3),
    figure(own?.itlError?.p50 ?? null, 3),
    figure(own?.itlError?.p99 ?? null, 3),
    figure(own?.serverLateness?.p99 ?? null, 3),
    figure(memory === null ? null : memory / 1024, 1),
    ratio('undici.request'),
    ratio('fetch'),
  ]
}

/** Measures the clients in turn, several times over, so that a machine that slows down for a while does so for all of them. */
async function compareAt(
  program: TruthProgram,
  task: Omit<Task, 'url' | 'client'>,
  repeats: number,
): Promise<Map<ClientName, Measurement>> {
  const all = new Map<ClientName, Measurement[]>(CLIENT_NAMES.map((client) => [client, []]))
  for (let i = 0; i < repeats; i++) {
    for (const [client, measured] of all)
      measured.push(await measureAgainstTruth(program, { ...task, client }))
  }
  return new Map([...all].map(([client, measured]) => [client, medianMeasurement(measured)]))
}

async function compareAll(program: TruthProgram, options: z.infer<typeof Options>): Promise<void> {
  const { streams: levels, tokens, 'itl-ms': itlMs, rounds, repeats } = options
  console.log(
    `${tokens} tokens a stream, one each ${itlMs} ms, ${rounds} rounds; medians of ${repeats}; ${pinningNote()}`,
  )
  const rows: string[][] = []
  for (const streams of levels) {
    const measured = await compareAt(program, { streams, tokens, itlMs, rounds }, repeats)
    rows.push(...CLIENT_NAMES.map((client) => row(client, streams, measured)))
  }
  console.log(table(HEADINGS, rows))
}

const options = readOptions()
await withTruthProgram((program) => compareAll(program, options))
