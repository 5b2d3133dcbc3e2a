import { parseArgs } from 'node:util'
import { createClient, watchRun } from '@llm-loadtest/client'
import { RunResult, ViewerMessage } from '@llm-loadtest/schema'
import { onInterrupt, resultText } from 'llm-loadtest'
import { startStack } from './stack.ts'

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

/** The demo's benchmark: a hundred and more real requests, about half a minute in all. */
const DEMO = {
  name: 'Demo',
  model: 'simulator',
  concurrency: [1, 4, 16, 64],
  duration_seconds: 8,
  input_len: 128,
  output_len: 64,
  ignore_eos: true,
  goodput_thresholds: { ttft_ms: 500, tpot_ms: 50 },
}

type Progress = Extract<ViewerMessage, { type: 'progress' }>

/** Prints progress: one line in place on a terminal, a line a level and quarter elsewhere. */
function progressPrinter(): (progress: Progress) => void {
  const terminal = process.stdout.isTTY
  let last = ''
  return ({ level, overall_percent, phase, metrics }) => {
    const speed = metrics.throughput_current === null ? '–' : metrics.throughput_current.toFixed(0)
    const ttft = metrics.ttft_p50 === null ? '–' : metrics.ttft_p50.toFixed(0)
    const text =
      `level ${level.index + 1}/${level.total}  concurrency ${level.concurrency}  ${phase.padEnd(7)} ` +
      `${overall_percent.toFixed(0).padStart(3)} %  ${speed} tok/s  TTFT p50 ${ttft} ms  errors ${metrics.error_count}`
    if (terminal) process.stdout.write(`\r\x1b[2K  ${text}`)
    const mark = `${level.index} ${Math.floor(overall_percent / 10)}`
    if (!terminal && mark !== last) say(`  ${text}`)
    last = mark
  }
}

/** Follows a run over its WebSocket until it ends; rejects when it failed. */
function followRun(url: string, runId: string): Promise<void> {
  const print = progressPrinter()
  return new Promise((resolve, reject) => {
    const watch = watchRun({
      baseUrl: url,
      runId,
      parse: (message) => ViewerMessage.parse(message),
      onError: reject,
      onMessage(message) {
        if (message.type === 'progress') print(message)
        const run = message.type === 'snapshot' || 'run' in message ? message.run : null
        if (!run || run.status === 'pending' || run.status === 'running') return
        watch.close()
        if (process.stdout.isTTY) say()
        if (run.status === 'completed') resolve()
        else
          reject(new Error(`The benchmark is ${run.status}: ${run.error?.message ?? 'no reason was given'}`))
      },
    })
  })
}

function assertEveryLevelMeasured(result: RunResult): void {
  const bare = result.results.filter((level) => level.successful_requests === 0)
  if (result.results.length !== DEMO.concurrency.length || bare.length > 0) {
    throw new Error('The demo measured less than it should: not every level has a successful request.')
  }
}

class InterruptedError extends Error {}

/** Rejects on Ctrl-C or SIGTERM, so that everything is closed; a second one ends the process at once. */
function interrupted(): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const stop = () => reject(new InterruptedError('Stopped: the benchmark was not finished.'))
    onInterrupt(stop, () => process.exit(130))
  })
  rejected.catch(() => undefined)
  return rejected
}

async function main(): Promise<void> {
  parseArgs({ args: process.argv.slice(2), options: {} })
  const dataDir = process.env['DATA_DIR'] || '.data'
  const ports = { port: 0, simulatorPort: 0, host: '127.0.0.1' }
  const stop = interrupted()
  say('LLM Loadtest demo: control plane, agent and LLM simulator on free ports, one real benchmark.')
  const stack = await startStack({
    ...ports,
    dataDir,
    agentSlots: 1,
    agent: true,
    simulator: true,
    logLevel: 'warn',
    say,
  })
  try {
    const client = createClient({ baseUrl: stack.url })
    const server_url = stack.simulatorUrl ?? ''
    const { data: run } = await client.POST('/api/v1/benchmark/run', { body: { ...DEMO, server_url } })
    if (!run) throw new Error('The control plane took the run but did not name it.')
    say(`Run ${run.run_id} against ${server_url}`)
    await Promise.race([followRun(stack.url, run.run_id), stack.failed, stop])
    const path = { run_id: run.run_id }
    const { data } = await client.GET('/api/v1/benchmark/result/{run_id}', { params: { path } })
    const result = RunResult.parse(data)
    say()
    say(resultText(result))
    assertEveryLevelMeasured(result)
    say()
    say(`  Its page: npm start, then http://127.0.0.1:8787/runs/${run.run_id}`)
  } finally {
    await stack.close()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof InterruptedError ? 130 : 1
}
