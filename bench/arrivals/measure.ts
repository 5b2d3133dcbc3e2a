// Measures the open loop's timing at one rate, in a process of its own: node measure.ts TASK_AS_JSON
import { distribution } from '@llm-loadtest/schema/metrics'
import { dueTimes } from '../../apps/agent/src/load/arrivals.ts'
import type { LoadTarget } from '../../apps/agent/src/load/executor.ts'
import { OpenLoop } from '../../apps/agent/src/load/open-loop.ts'
import { WHOLE } from '../../apps/agent/src/load/share.ts'
import { StagedLoad } from '../../apps/agent/src/load/staged-load.ts'
import { createRandom } from '../../apps/agent/src/random.ts'
import { type ArrivalMeasurement, ArrivalTask } from './measurement.ts'

const WARM_UP_MS = 500
const MAX_IN_FLIGHT = 1024
/** The limit of the drops check, and how long that runs. */
const DROP_LIMIT = 7
const DROP_CHECK_MS = 500

const schedule = ({ arrival, ratePerSecond, burstiness }: ArrivalTask) =>
  dueTimes({ kind: arrival, ratePerSecond, shape: burstiness }, createRandom(1, 0, 4))

function openLoad(task: ArrivalTask, durationMs: number, maxInFlight: number): StagedLoad {
  const bound = { requests: null, durationMs, coolDown: 0 }
  const options = { levelIndex: 0, dueTimesMs: schedule(task), maxInFlight, bound, share: WHOLE }
  return new StagedLoad([new OpenLoop(options)], { graceMs: 0 })
}

type Sends = { intendedAt: number[]; sentAt: number[]; wallMs: number; cpuMs: number; pollMs: number }

/** Runs an open loop whose requests end at once, so that nothing but the schedule is measured. */
async function runSchedule(task: ArrivalTask, durationMs: number): Promise<Sends> {
  const intendedAt: number[] = []
  const sentAt: number[] = []
  const load = openLoad(task, durationMs, MAX_IN_FLIGHT)
  const target: LoadTarget = {
    async send(slot) {
      sentAt.push(performance.now())
      intendedAt.push(slot.intendedAt ?? Number.NaN)
      return 'reached'
    },
    drop: () => {
      throw new Error('a slot was dropped although no request was in flight')
    },
    cancelInFlight: () => undefined,
  }
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  await load.run(target, new AbortController().signal)
  const { user, system } = process.cpuUsage(cpu)
  const wallMs = performance.now() - start
  return { intendedAt, sentAt, wallMs, cpuMs: (user + system) / 1000, pollMs: load.idlePollMs }
}

/** Runs an open loop whose requests never end: all slots but the first ones, up to the limit, must be dropped. */
async function checkDrops(task: ArrivalTask): Promise<{ dropped: number; expectedDrops: number }> {
  let dropped = 0
  const open: (() => void)[] = []
  const target: LoadTarget = {
    send: () => new Promise((resolve) => open.push(() => resolve('reached'))),
    drop: () => {
      dropped++
    },
    cancelInFlight: () => {
      for (const end of open) end()
    },
  }
  await openLoad(task, DROP_CHECK_MS, DROP_LIMIT).run(target, new AbortController().signal)
  let slots = 0
  for (const dueMs of schedule(task)) {
    if (dueMs >= DROP_CHECK_MS) break
    slots++
  }
  return { dropped, expectedDrops: Math.max(0, slots - DROP_LIMIT) }
}

async function measure(task: ArrivalTask): Promise<ArrivalMeasurement> {
  await runSchedule(task, WARM_UP_MS)
  const { intendedAt, sentAt, wallMs, cpuMs, pollMs } = await runSchedule(task, task.seconds * 1000)
  const lateMs = distribution(sentAt.map((at, i) => Math.abs(at - (intendedAt[i] ?? Number.NaN))))
  if (lateMs === null || sentAt.length < 2)
    throw new Error('too few sends: take a higher rate or more seconds')
  const span = (times: number[]) => (times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN)
  return {
    sent: sentAt.length,
    lateMs,
    achievedOverOffered: span(intendedAt) / span(sentAt),
    cpuPercent: (cpuMs / wallMs) * 100,
    pollPercent: (pollMs / wallMs) * 100,
    ...(await checkDrops(task)),
  }
}

process.stdout.write(JSON.stringify(await measure(ArrivalTask.parse(JSON.parse(process.argv[2] ?? '{}')))))
