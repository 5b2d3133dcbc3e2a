import { PassMeasurement } from './pass-measurement.ts'
import type { RunContext } from './run-context.ts'
import { warmUp } from './warm-up.ts'

/** Warms up and measures one pass, and writes the records and the result of each of its levels. */
export async function runPass(context: RunContext, pass: number): Promise<void> {
  const { crew, signal, start } = context
  await warmUp(context, pass)
  if (signal.aborted) return
  const measurement = new PassMeasurement(context, context.passes[pass] ?? [])
  try {
    await crew.run({ part: 'measure', pass, runStart: start }, signal, measurement)
  } finally {
    await measurement.finish()
  }
}
