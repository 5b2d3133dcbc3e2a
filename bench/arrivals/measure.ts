// Measures the open loop's timing at one rate, in a process of its own: node measure.ts TASK_AS_JSON
import { distribution } from '@llm-loadtest/schema/metrics'
import { OpenLoop } from '../../apps/agent/src/load/open-loop.ts'
import { createRandom } from '../../apps/agent/src/random.ts'
import { type ArrivalMeasurement, ArrivalTask } from './measurement.ts'

const WARM_UP_MS = 500

type Sends = { intendedAt: number[]; sentAt: number[]; dropped: number }

/** Runs an open loop whose requests end at once, so that nothing but the schedule is measured. */
async function runSchedule(task: ArrivalTask, durationMs: number): Promise<Sends> {
  const sends: Sends = { intendedAt: [], sentAt: [], dropped: 0 }
  const loop = new OpenLoop(
    { kind: task.arrival, ratePerSecond: task.ratePerSecond, shape: 1 },
    createRandom(1, 0, 4),
    { requests: null, durationMs, graceMs: 0 },
    1024,
  )
  const target = {
    async send({ intendedAt }: { intendedAt: number | null }) {
      sends.sentAt.push(performance.now())
      sends.intendedAt.push(intendedAt ?? Number.NaN)
    },
    drop: () => {
      sends.dropped++
    },
    cancelInFlight: () => undefined,
  }
  await loop.run(target, new AbortController().signal)
  return sends
}

async function measure(task: ArrivalTask): Promise<ArrivalMeasurement> {
  await runSchedule(task, WARM_UP_MS)
  const { intendedAt, sentAt, dropped } = await runSchedule(task, task.seconds * 1000)
  const lateMs = distribution(sentAt.map((at, i) => Math.abs(at - (intendedAt[i] ?? Number.NaN))))
  if (lateMs === null || sentAt.length < 2)
    throw new Error('too few sends: take a higher rate or more seconds')
  const span = (times: number[]) => (times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN)
  const offered = intendedAt.length + dropped
  const achievedOverOffered = (sentAt.length / offered) * (span(intendedAt) / span(sentAt))
  return { sent: sentAt.length, dropped, lateMs, achievedOverOffered }
}

process.stdout.write(JSON.stringify(await measure(ArrivalTask.parse(JSON.parse(process.argv[2] ?? '{}')))))
