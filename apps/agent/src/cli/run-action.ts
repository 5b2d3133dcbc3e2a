import type { RunDefinition, RunResult } from '@llm-loadtest/schema'
import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { levelName } from '../report/level-name.ts'
import { formatProblem, type OutputFile, openOutput } from '../report/output-file.ts'
import { outputProblem } from '../report/output-problem.ts'
import { ProgressLine } from '../report/progress-line.ts'
import { resultText } from '../report/result-table.ts'
import { runStandalone } from '../run/standalone.ts'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { EXIT, UsageError } from './exit-status.ts'
import { given } from './flag-usage.ts'
import { startGpuMonitor } from './gpu-monitor.ts'
import { onInterrupt } from './interrupts.ts'
import { checkNamedFiles } from './named-files.ts'
import { definitionFromFlags } from './run-definition.ts'
import type { RunFlags } from './run-flags.ts'
import { workerCount } from './worker-count.ts'

function minGoodput(flags: RunFlags): number | null {
  if (flags.minGoodput === undefined) return null
  const percent = Number(flags.minGoodput)
  if (flags.minGoodput.trim() === '' || !(percent >= 0 && percent <= 100)) {
    throw new UsageError('--min-goodput: it takes a percentage from 0 to 100.')
  }
  if (flags.goodput === undefined) {
    throw new UsageError('--min-goodput: give the objectives too, as in --goodput ttft:500,tpot:50.')
  }
  return percent
}

async function checkOutputs(files: readonly string[], definition: RunDefinition): Promise<void> {
  for (const file of files) {
    const problem = formatProblem(file, definition) ?? (await outputProblem(file))
    if (problem) throw new UsageError(`--output: ${problem}.`)
  }
}

type CheckedFlags = {
  definition: RunDefinition
  minGoodputPercent: number | null
  workers: number | undefined
}

/** Finds everything that is wrong with the flags before any load is made. */
async function checkFlags(flags: RunFlags, tokenizer: Tokenizer): Promise<CheckedFlags> {
  const definition = definitionFromFlags(flags)
  const variable = definition.api_key_env
  if (variable !== undefined && !process.env[variable]) {
    throw new UsageError(`--api-key-env: the environment variable ${variable} is not set.`)
  }
  const minGoodputPercent = minGoodput(flags)
  const workers = given(flags.workers, workerCount)
  await checkNamedFiles(definition, tokenizer.client)
  await checkOutputs(flags.output, definition)
  return { definition, minGoodputPercent, workers }
}

/** Runs with Ctrl-C cancelling: once to stop and keep what there is, twice to leave at once. */
async function runInterruptibly(
  { definition, workers }: CheckedFlags,
  gpu: GpuMonitor,
  tokenizer: Tokenizer,
  outputs: readonly OutputFile[],
): Promise<RunResult> {
  const progress = new ProgressLine(process.stderr, process.env)
  const cancel = new AbortController()
  const forgetSignals = onInterrupt(
    () => cancel.abort(),
    () => process.exit(EXIT.interrupted),
  )
  try {
    return await runStandalone(definition, {
      onProgress: (snapshot) => progress.show(snapshot),
      onRecords: (records) => {
        for (const output of outputs) output.add?.(records)
      },
      signal: cancel.signal,
      workers,
      gpu,
      tokenizer,
    })
  } finally {
    forgetSignals()
    progress.end()
  }
}

/** Levels whose goodput is below the wanted percentage, as sentences. */
function missedGoodput(result: RunResult, percent: number): string[] {
  return result.results.flatMap((level) => {
    const reached = level.goodput?.goodput_percent ?? 0
    if (reached >= percent) return []
    return [
      `Goodput at ${levelName(level)} was ${reached.toFixed(1)} %, less than the ${percent} % asked for.`,
    ]
  })
}

type NamedOutput = { file: string; output: OutputFile }

/** What the command has to say of a finished run, and its exit status. */
async function report(
  result: RunResult,
  flags: RunFlags,
  outputs: readonly NamedOutput[],
  minGoodputPercent: number | null,
): Promise<number> {
  const text = flags.json
    ? JSON.stringify(result, null, 2)
    : resultText(result, { evidence: flags.evidence ?? false })
  process.stdout.write(`${text}\n`)
  for (const { file, output } of outputs) {
    await output.finish(result)
    process.stderr.write(`Wrote ${file}\n`)
  }
  if (result.status === 'cancelled') {
    process.stderr.write('Interrupted: these are the results until then.\n')
    return EXIT.interrupted
  }
  if (result.status === 'failed') {
    if (flags.json) process.stderr.write(`Run failed: ${result.error?.message ?? 'no reason given'}\n`)
    return EXIT.runFailed
  }
  if (result.summary.successful_requests === 0) {
    process.stderr.write(
      'No request succeeded, so nothing was measured. Check --server, --model and the key; the errors are in the result.\n',
    )
    return EXIT.runFailed
  }
  const missed = minGoodputPercent === null ? [] : missedGoodput(result, minGoodputPercent)
  for (const line of missed) process.stderr.write(`${line}\n`)
  return missed.length > 0 ? EXIT.assertionMissed : EXIT.ok
}

/** `run`: the whole measurement from here. Resolves to the exit status. */
export async function runAction(flags: RunFlags): Promise<number> {
  const tokenizer = new Tokenizer()
  try {
    const checked = await checkFlags(flags, tokenizer)
    const gpu = await startGpuMonitor(flags)
    if (gpu.absence && flags.gpu === undefined) process.stderr.write(`GPU: ${gpu.absence.message}\n`)
    const outputs = flags.output.map((file) => ({ file, output: openOutput(file, checked.definition) }))
    const files = outputs.map(({ output }) => output)
    const result = await runInterruptibly(checked, gpu, tokenizer, files)
    return await report(result, flags, outputs, checked.minGoodputPercent)
  } finally {
    await tokenizer.close()
  }
}
