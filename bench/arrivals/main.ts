// npm run bench:arrivals [-- --rates 50,500,2000 --seconds 5 --burstiness 0.25]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { NumberList, parsedOptions } from '../options.ts'
import { CLIENT_CORE, pinned } from '../pinning.ts'
import { figure, table } from '../table.ts'
import { ArrivalMeasurement, type ArrivalTask } from './measurement.ts'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))
const Options = z.strictObject({
  rates: NumberList,
  seconds: z.coerce.number().positive(),
  burstiness: z.coerce.number().positive(),
})
const PROCESSES = ['constant', 'poisson', 'gamma'] as const

function measureInChild(task: ArrivalTask): ArrivalMeasurement {
  const [program, args] = pinned(CLIENT_CORE, process.execPath, [MEASURE, JSON.stringify(task)])
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`measuring ${task.arrival} arrivals at ${task.ratePerSecond}/s failed`)
  return ArrivalMeasurement.parse(JSON.parse(stdout))
}

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '50,500,2000' },
    seconds: { type: 'string', default: '5' },
    burstiness: { type: 'string', default: '0.25' },
  },
})
const { rates, seconds, burstiness } = parsedOptions(Options, values)
let dropsExact = true
const rows = PROCESSES.flatMap((arrival) =>
  rates.map((ratePerSecond) => {
    const measured = measureInChild({ arrival, ratePerSecond, burstiness, seconds })
    dropsExact &&= measured.dropped === measured.expectedDrops
    return [
      arrival,
      String(ratePerSecond),
      String(measured.sent),
      figure(measured.lateMs.p50, 3),
      figure(measured.lateMs.p99, 3),
      figure(measured.lateMs.max, 3),
      figure(measured.achievedOverOffered, 4),
      figure(measured.cpuPercent, 0),
      figure(measured.pollPercent, 0),
      `${measured.dropped} of ${measured.expectedDrops}`,
    ]
  }),
)
console.log(
  table(
    [
      'arrivals',
      'rate/s',
      'sent',
      '|intended - sent| p50',
      'p99',
      'max (ms)',
      'achieved/offered',
      'CPU %',
      'poll %',
      'drops',
    ],
    rows,
  ),
)
if (!dropsExact) {
  console.error('Drops were not counted exactly.')
  process.exitCode = 1
}
