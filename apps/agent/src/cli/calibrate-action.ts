import { type Calibration, calibrate } from '../calibrate/calibration.ts'
import { FULL_PLAN, QUICK_PLAN } from '../calibrate/calibration-plan.ts'
import { calibrationJson, calibrationText, levelText } from '../calibrate/calibration-text.ts'
import { describeHost } from '../host.ts'
import { VERSION } from '../version.ts'
import { EXIT } from './exit-status.ts'
import { given } from './flag-usage.ts'
import { onInterrupt } from './interrupts.ts'
import { workerCount } from './worker-count.ts'

export type CalibrateFlags = { json?: boolean; quick?: boolean; workers?: string }

/** Calibrates with Ctrl-C stopping it: once to print what there is, twice to leave at once. */
async function calibrateInterruptibly(flags: CalibrateFlags): Promise<Calibration> {
  const workers = given(flags.workers, workerCount)
  const cancel = new AbortController()
  const forgetSignals = onInterrupt(
    () => cancel.abort(),
    () => process.exit(EXIT.interrupted),
  )
  try {
    return await calibrate(flags.quick ? QUICK_PLAN : FULL_PLAN, {
      workers,
      signal: cancel.signal,
      onLevel: (level) => process.stderr.write(`${levelText(level)}\n`),
    })
  } finally {
    forgetSignals()
  }
}

/** `calibrate`: how exact the agent's own times are on this host. Resolves to the exit status. */
export async function calibrateAction(flags: CalibrateFlags): Promise<number> {
  const calibration = await calibrateInterruptibly(flags)
  const text = flags.json
    ? JSON.stringify({ version: VERSION, host: describeHost(), ...calibrationJson(calibration) }, null, 2)
    : calibrationText(calibration)
  process.stdout.write(`${text}\n`)
  return calibration.end === 'interrupted' ? EXIT.interrupted : EXIT.ok
}
