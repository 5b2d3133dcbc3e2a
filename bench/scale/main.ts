// npm run bench:scale [-- --streams 10000 --itl-ms 1000 --workers 1]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { parsedOptions } from '../options.ts'
import { figure, table } from '../table.ts'
import { startTruthServer, type TruthProgram, withTruthProgram } from '../truth-server/start.ts'
import { Measurement, type Task } from './measurement.ts'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))
const MIB = 2 ** 20
/** A run as small as this has all that does not grow with the streams. */
const FEW_STREAMS = 100
const TOKENS_EACH = 20
/** Together a million tokens. */
const MILLION = { streams: 500, tokens: 200, rounds: 10 }
const MILLION_ITL_MS = 20

const Options = z.strictObject({
  streams: z.coerce
    .number()
    .int()
    .min(2 * FEW_STREAMS),
  'itl-ms': z.coerce.number().min(1),
  workers: z.coerce.number().int().min(1).nullable(),
})

function readOptions() {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '10000' },
      'itl-ms': { type: 'string', default: '1000' },
      workers: { type: 'string' },
    },
  })
  return parsedOptions(Options, { ...values, workers: values.workers ?? null })
}

type Load = Omit<Task, 'url'> & { itlMs: number }

/** A fresh process against a fresh server, so that no memory is that of another run. */
async function measure(program: TruthProgram, { itlMs, ...task }: Load): Promise<Measurement> {
  const server = await startTruthServer(program, { tokens: task.tokens, itlMs })
  try {
    const args = [MEASURE, JSON.stringify({ ...task, url: server.url } satisfies Task)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    if (status !== 0) throw new Error(`the run over ${task.streams} streams failed`)
    return Measurement.parse(JSON.parse(output))
  } finally {
    await server.stop()
  }
}

function row(what: string, measured: Measurement, bytesPerStream: number | null): string[] {
  const outcomes = Object.entries(measured.outcomes).map(([outcome, count]) => `${outcome} ${count}`)
  return [
    what,
    String(measured.mostInFlight),
    String(measured.outputTokens),
    outcomes.join(', '),
    figure(measured.peakRssBytes / MIB, 0),
    figure(bytesPerStream === null ? null : bytesPerStream / 1024, 1),
    measured.verdict,
  ]
}

const HEADINGS = ['run', 'in flight', 'tokens', 'outcomes', 'peak RSS (MiB)', 'KiB/stream', 'verdict']

async function compare(program: TruthProgram, options: z.infer<typeof Options>): Promise<void> {
  const { streams, workers, 'itl-ms': itlMs } = options
  const load = { tokens: TOKENS_EACH, itlMs, rounds: 1, workers }
  const few = await measure(program, { ...load, streams: FEW_STREAMS })
  const many = await measure(program, { ...load, streams })
  const million = await measure(program, { ...MILLION, itlMs: MILLION_ITL_MS, workers })
  const growth = (many.peakRssBytes - few.peakRssBytes) / (streams - FEW_STREAMS)
  console.log(
    table(HEADINGS, [
      row(`${FEW_STREAMS} streams`, few, null),
      row(`${streams} streams`, many, growth),
      row('a million tokens', million, null),
    ]),
  )
  for (const reason of [...few.reasons, ...many.reasons, ...million.reasons]) console.log(reason)
}

const options = readOptions()
await withTruthProgram((program) => compare(program, options))
