import type { GpuProcess } from '../gpu-sample.ts'
import type { DeviceTrace, GpuTrace, ProcessPresence } from './gpu-trace.ts'

type Present = { trace: DeviceTrace; process: ProcessPresence; sinceMs: number }

function allPresent(gpu: GpuTrace): Present[] {
  return gpu.traces.flatMap(([, trace]) =>
    [...trace.processes.values()].map((process) => ({
      trace,
      process,
      sinceMs: process.seen[0]?.fromMs ?? Number.POSITIVE_INFINITY,
    })),
  )
}

/** The session that holds the most memory: the server's, by all that can be told. */
function mainSession(processes: readonly GpuProcess[]): number | null {
  const memory = new Map<number, number>()
  for (const { session, memory_used_bytes } of processes) {
    if (session !== null) memory.set(session, (memory.get(session) ?? 0) + (memory_used_bytes ?? 0))
  }
  const [main] = [...memory].sort(([, a], [, b]) => b - a)
  return main?.[0] ?? null
}

/**
 * The processes that are not the server's, for each device: those that came after its first sample and are of no session
 * that was there, and those that were there beside a session with more memory. Where no GPU had a process at first, the
 * server is what came before the first level: some load their model on the first request.
 * @param firstLevelMs when the first measured level began, ms since the run's start; null before it
 */
export function foreignProcesses(
  gpu: GpuTrace,
  firstLevelMs: number | null,
): Map<DeviceTrace, ProcessPresence[]> {
  const present = allPresent(gpu)
  const first = present.filter(({ trace, sinceMs }) => sinceMs === trace.processesSinceMs)
  if (first.length === 0 && firstLevelMs === null) return new Map()
  const untilMs = firstLevelMs ?? 0
  const known = first.length > 0 ? first : present.filter(({ sinceMs }) => sinceMs < untilMs)
  const sessions = new Set(known.map(({ process }) => process.session))
  sessions.delete(null)
  const foreign = new Map<DeviceTrace, ProcessPresence[]>()
  for (const [, trace] of gpu.traces) {
    const own = known.filter((each) => each.trace === trace).map(({ process }) => process)
    const main = mainSession(own)
    const others = [...trace.processes.values()].filter((process) =>
      own.includes(process)
        ? process.session !== null && process.session !== main
        : !sessions.has(process.session),
    )
    foreign.set(trace, others)
  }
  return foreign
}
