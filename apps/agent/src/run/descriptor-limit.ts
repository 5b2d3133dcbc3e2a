import { readdirSync, readFileSync } from 'node:fs'
import { type LoadLevel, loadPasses, type RunDefinition } from '@llm-loadtest/schema'
import { usefulWorkers } from '../crew/crew-size.ts'
import { MAX_IN_FLIGHT } from '../load/pass-load.ts'
import { RunFailure } from './run-failure.ts'

/** Files, pipes and sockets that the agent opens while a run goes on, beside those that are open before it. */
const RESERVE = 32
/** Of a load worker: its event loop's own. */
const RESERVE_PER_WORKER = 8

/** Connections that a level is sure to need at once. */
function connectionsOf(run: RunDefinition, level: LoadLevel, replayRate: number): number {
  const requests = run.num_prompts ?? Number.POSITIVE_INFINITY
  switch (level.kind) {
    case 'concurrency':
      return Math.min(level.concurrency, requests)
    case 'request_rate':
      // How many are in flight is for the server to say: without those of one second it is not worth a start.
      return Math.min(run.max_concurrency ?? level.requestRate, requests)
    case 'replay':
      return Math.min(run.max_concurrency ?? replayRate, requests)
    default:
      return level satisfies never
  }
}

/** Descriptors a run needs. @param most load workers it may have @param replayRate as usefulWorkers takes it */
export function descriptorsNeeded(run: RunDefinition, most: number, replayRate: number): number {
  const passes = loadPasses(run)
  const connections = Math.max(...passes.flat().map((level) => connectionsOf(run, level, replayRate)))
  const workers = Math.max(...passes.map((pass) => usefulWorkers(run, pass, most, replayRate)))
  return Math.ceil(connections) + RESERVE + workers * RESERVE_PER_WORKER
}

/** The soft limit in the text of /proc/<pid>/limits; null when there is none. */
export function openFilesLimit(limits: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1]
  return soft === undefined || soft === 'unlimited' ? null : Number(soft)
}

/** What Linux lets this process open, and what it has open; null elsewhere. */
function descriptors(): { limit: number | null; open: number } | null {
  if (process.platform !== 'linux') return null
  return {
    limit: openFilesLimit(readFileSync('/proc/self/limits', 'utf8')),
    open: readdirSync('/proc/self/fd').length,
  }
}

/**
 * Most requests in flight where a schedule sets no limit: as many as this process can open connections for. A slot over it
 * is DROPPED and counted, instead of an error that would pass for the server's.
 * @param here what the process may open and has open
 */
export function mostInFlight(
  run: RunDefinition,
  most: number,
  replayRate: number,
  here = descriptors(),
): number {
  if (!here || here.limit === null) return MAX_IN_FLIGHT
  const workers = Math.max(...loadPasses(run).map((pass) => usefulWorkers(run, pass, most, replayRate)))
  const free = here.limit - here.open - RESERVE - workers * RESERVE_PER_WORKER
  return Math.max(1, Math.min(MAX_IN_FLIGHT, free))
}

/** Throws RunFailure when the run needs more connections than this process may open. */
export function checkDescriptors(run: RunDefinition, most: number, replayRate: number): void {
  const here = descriptors()
  if (!here || here.limit === null) return
  const needed = descriptorsNeeded(run, most, replayRate) + here.open
  if (needed <= here.limit) return
  throw new RunFailure(
    'rejected',
    `This run needs about ${needed} open files (one for each connection), and the agent may open ${here.limit}. ` +
      'Start the agent from a shell in which "ulimit -n 65536" was run (under systemd: LimitNOFILE=65536), or lower the concurrency.',
  )
}
