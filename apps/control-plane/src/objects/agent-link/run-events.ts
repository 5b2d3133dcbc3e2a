import type { RunEvent, ViewerMessage } from '@llm-loadtest/schema'
import { replaceResult, storeEvents } from '../../db/run-events.ts'
import { findRun, type RunRow } from '../../db/runs.ts'
import { BatchError, checkBatch } from '../../domain/request-batch.ts'
import { hasEnded } from '../../domain/run-status.ts'
import { endRun, resultFromStore } from '../end-run.ts'
import { runChannel } from '../stubs.ts'
import { claimRuns } from './claim.ts'
import { send } from './connection.ts'
import { endingByAgent, isTerminal, type TerminalEvent } from './endings.ts'
import { type Link, ProtocolError } from './link.ts'
import { forgetStrayRun } from './stray-runs.ts'

/** What viewers see of an event. */
function viewerMessages(event: RunEvent): ViewerMessage[] {
  switch (event.type) {
    case 'progress': {
      const progress: ViewerMessage = { type: 'progress', status: 'running', ...event.progress }
      return event.log.length > 0 ? [progress, { type: 'request_log', entries: event.log }] : [progress]
    }
    case 'gpu':
      return [{ type: 'gpu', devices: event.devices, samples: event.samples }]
    case 'level_result':
      return [{ type: 'level_result', result: event.result }]
    case 'request_batch':
    case 'run_complete':
    case 'run_failed':
      return []
    default:
      return event satisfies never
  }
}

/** The events that follow what is stored, without repetitions, up to a gap or the run's last event. */
function followingEvents(lastSeq: number, events: readonly RunEvent[]): RunEvent[] {
  const following: RunEvent[] = []
  for (const event of events) {
    const expected = lastSeq + following.length + 1
    const last = following.at(-1)
    if (event.seq > expected || (last && isTerminal(last))) break
    if (event.seq === expected) following.push(event)
  }
  return following
}

/** The events before the first that holds a batch nobody could read, and what is wrong with that one. */
async function readableEvents(
  events: readonly RunEvent[],
): Promise<{ readable: RunEvent[]; flaw: string | null }> {
  const readable: RunEvent[] = []
  for (const event of events) {
    try {
      if (event.type === 'request_batch') await checkBatch(event)
    } catch (error) {
      if (!(error instanceof BatchError)) throw error
      return { readable, flaw: `request_batch ${event.seq} cannot be stored: ${error.message}` }
    }
    readable.push(event)
  }
  return { readable, flaw: null }
}

async function publish(link: Link, runId: string, events: readonly RunEvent[]): Promise<void> {
  const published = events.flatMap((event) => {
    const messages = viewerMessages(event)
    return messages.length > 0 ? [{ seq: event.seq, messages }] : []
  })
  if (published.length > 0) await runChannel(link.env, runId).publish(runId, published)
}

/** Events of a run that has ended here already: kept, and its result made anew; its status stays. */
async function storeLate(link: Link, run: RunRow, events: readonly RunEvent[]): Promise<void> {
  await storeEvents(link.db, run.run_id, events)
  await replaceResult(link.db, await resultFromStore(link.db, run))
  if (events.some(isTerminal)) forgetStrayRun(link.ctx, run.run_id)
}

async function finish(link: Link, run: RunRow, event: TerminalEvent): Promise<void> {
  const ended = await endRun(link.env, link.db, run, endingByAgent(run, event))
  if (ended) return
  const now = await findRun(link.db, run.run_id)
  if (now) await storeLate(link, now, [event])
}

async function store(link: Link, run: RunRow, events: readonly RunEvent[]): Promise<void> {
  if (hasEnded(run.status)) {
    await storeLate(link, run, events)
    return
  }
  // Viewers first: what was published but not stored is sent again and the channel knows it by its seq.
  await publish(link, run.run_id, events)
  const terminal = events.find(isTerminal)
  await storeEvents(link.db, run.run_id, terminal ? events.slice(0, -1) : events)
  if (terminal) await finish(link, run, terminal)
}

/**
 * Stores consecutive messages of one run and acknowledges them once they are durable.
 * @throws ProtocolError when the run is not this agent's, a batch cannot be read, or a seq is missing
 */
export async function receiveEvents(
  link: Link,
  socket: WebSocket,
  runId: string,
  events: readonly RunEvent[],
): Promise<void> {
  const run = await findRun(link.db, runId)
  if (!run || run.agent_id !== link.agentId || run.status === 'pending') {
    throw new ProtocolError(`${runId} is not a run of this agent; reconnect and drop it.`)
  }
  const { readable, flaw } = await readableEvents(followingEvents(run.last_seq, events))
  if (readable.length > 0) await store(link, run, readable)
  const seq = readable.at(-1)?.seq ?? run.last_seq
  if (seq > 0) send(socket, { type: 'ack', run_id: runId, seq })
  if (flaw !== null) throw new ProtocolError(flaw)
  const beyond = events.find((event) => event.seq > seq)
  if (beyond) throw new ProtocolError(`gap: seq ${beyond.seq} came where ${seq + 1} was expected`)
  if (readable.some(isTerminal)) await claimRuns(link)
}
