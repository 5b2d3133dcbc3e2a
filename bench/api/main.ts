// npm run bench:api [-- --runs 100000 --baseline 1000 --samples 200 --big-requests 1000000]
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startControlPlane } from '@llm-loadtest/control-plane'
import { percentile } from '@llm-loadtest/schema/metrics'
import { z } from 'zod'
import { parsedOptions } from '../options.ts'
import { figure, table } from '../table.ts'
import { measureBigRun, measureCalls, measureQueries, type Timings } from './measure.ts'
import { seed } from './seed.ts'
import { measureSockets } from './sockets.ts'

/** Fewer runs than this have no pages to go through. */
const FEWEST_RUNS = 200
const Count = z.coerce.number().int()
const Options = z.strictObject({
  runs: Count.min(FEWEST_RUNS),
  baseline: Count.min(FEWEST_RUNS),
  samples: Count.min(10),
  'big-requests': Count.min(500),
})

function readOptions() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      baseline: { type: 'string', default: '1000' },
      samples: { type: 'string', default: '200' },
      'big-requests': { type: 'string', default: '1000000' },
    },
  })
  return parsedOptions(Options, values)
}

/** All figures of a control plane of its own that holds so many runs. */
async function measure(runs: number, samples: number, bigRequests: number): Promise<Timings> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-api-'))
  const controlPlane = await startControlPlane({
    dataDir: folder,
    assetsDirectory: null,
    vars: { LLM_LOADTEST_RATE_LIMIT: '0', LOG_LEVEL: 'warn' },
    log: (line) => console.error(line),
  })
  try {
    const startMs = performance.now()
    await seed(controlPlane, { runs, bigRequests })
    const mebibytes = statSync(controlPlane.databasePath).size / 2 ** 20
    console.log(
      `${runs} runs seeded in ${figure((performance.now() - startMs) / 1000, 1)} s: ${figure(mebibytes, 0)} MiB`,
    )
    // First: the runs that the calls start would wait for its agents.
    const delays = await measureSockets(controlPlane.url)
    const calls = await measureCalls(controlPlane.url, runs, samples)
    const queries = await measureQueries(controlPlane, runs, samples)
    const big = await measureBigRun(controlPlane.url)
    console.log(
      `all ${bigRequests} requests of one run as CSV: first byte after ${figure(big.firstMs, 0)} ms, ` +
        `${figure(big.bytes / 2 ** 20, 0)} MiB in ${figure(big.totalMs / 1000, 1)} s`,
    )
    return new Map([...calls, ...queries, ['WebSocket, agent to viewer', delays]])
  } finally {
    await controlPlane.close()
    rmSync(folder, { recursive: true })
  }
}

function percentiles(times: number[] | null | undefined) {
  if (!times || times.length === 0) return { p50: null, p95: null, p99: null }
  const sorted = [...times].sort((a, b) => a - b)
  return { p50: percentile(sorted, 50), p95: percentile(sorted, 95), p99: percentile(sorted, 99) }
}

const { runs, baseline, samples, 'big-requests': bigRequests } = readOptions()
const few = await measure(baseline, samples, bigRequests)
const many = await measure(runs, samples, bigRequests)
const rows = [...many].map(([name, times]) => {
  const { p50, p95, p99 } = percentiles(times)
  const before = percentiles(few.get(name))
  const ratio = p50 === null || before.p50 === null ? null : p50 / before.p50
  const ratio95 = p95 === null || before.p95 === null ? null : p95 / before.p95
  return [name, ...[p50, p95, p99, ratio, ratio95].map((value) => figure(value, 1))]
})
const headings = [`p50`, `p95`, `p99`, `p50 over that at ${baseline}`, `p95 over that at ${baseline}`]
console.log(`\n${table([`ms, ${runs} runs`, ...headings], rows)}`)
