// npm run bench:engine [-- --streams 1,100,500,1000,2000 --tokens 64 --itl-ms 20 --rounds 3]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { SEMI_SPACE_MB } from '../../apps/agent/src/crew/thread-memory.ts'
import { NumberList, parsedOptions } from '../options.ts'
import { CLIENT_CORE, pinned, pinningNote } from '../pinning.ts'
import { figure, table } from '../table.ts'
import { startTruthServer, type TruthProgram, withTruthProgram } from '../truth-server/start.ts'
import { CLIENT_NAMES, type ClientName } from './client.ts'
import { Measurement, type Task } from './measurement.ts'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))

const Options = z.strictObject({
  streams: NumberList.pipe(z.array(z.int())),
  tokens: z.coerce.number().int().min(2),
  'itl-ms': z.coerce.number().min(0.1),
  rounds: z.coerce.number().int().min(1),
})

function readOptions() {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '1,100,500,1000,2000' },
      tokens: { type: 'string', default: '64' },
      'itl-ms': { type: 'string', default: '20' },
      rounds: { type: 'string', default: '3' },
    },
  })
  return parsedOptions(Options, values)
}

async function measureInChild(task: Task): Promise<Measurement> {
  const memory = task.client === 'agent' ? [`--max-semi-space-size=${SEMI_SPACE_MB}`] : []
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

async function compareAll(program: TruthProgram, options: z.infer<typeof Options>): Promise<void> {
  const { streams: levels, tokens, 'itl-ms': itlMs, rounds } = options
  console.log(`${tokens} tokens a stream, one each ${itlMs} ms, ${rounds} rounds; ${pinningNote()}`)
  const rows: string[][] = []
  for (const streams of levels) {
    const measured = new Map<ClientName, Measurement>()
    for (const client of CLIENT_NAMES) {
      measured.set(client, await measureAgainstTruth(program, { client, streams, tokens, itlMs, rounds }))
    }
    rows.push(...CLIENT_NAMES.map((client) => row(client, streams, measured)))
  }
  console.log(table(HEADINGS, rows))
}

const options = readOptions()
await withTruthProgram((program) => compareAll(program, options))
