import type { RunEvent, ViewerMessage } from '@llm-loadtest/schema'
import { passEvent, replaceResult, storeEvents } from '../../db/run-events.ts'
import { findRun, type RunRow } from '../../db/runs.ts'
import { BatchError, checkBatch } from '../../domain/request-batch.ts'
import { hasEnded } from '../../domain/run-status.ts'
import { logError } from '../../log.ts'
import { endRun, resultFromStore } from '../end-run.ts'
import { runChannel } from '../stubs.ts'
import { claimRuns } from './claim.ts'
import { send } from './connection.ts'
import { endingByAgent, endingWithoutAgent, isTerminal, type TerminalEvent } from './endings.ts'
import { type Link, ProtocolError } from './link.ts'
import { type RefusedEvent, refusedEvent } from './refused-event.ts'
import { addStrayRun, forgetStrayRun } from './stray-runs.ts'

/** What a run's error may hold. */
const MAX_ERROR_CHARACTERS = 2000

type Received = RunEvent | RefusedEvent

const endsRun = (event: Received): boolean => (event.type === 'refused' ? event.last : isTerminal(event))

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
function followingEvents(lastSeq: number, events: readonly Received[]): Received[] {
  const following: Received[] = []
  for (const event of events) {
    const expected = lastSeq + following.length + 1
    const last = following.at(-1)
    if (event.seq > expected || (last && endsRun(last))) break
    if (event.seq === expected) following.push(event)
  }
  return following
}

/** The events before the first that cannot be stored for what it holds, and that one. */
async function readableEvents(
  events: readonly Received[],
): Promise<{ readable: RunEvent[]; refused: RefusedEvent | null }> {
  const readable: RunEvent[] = []
  for (const event of events) {
    if (event.type === 'refused') return { readable, refused: event }
    try {
      if (event.type === 'request_batch') await checkBatch(event)
    } catch (error) {
      if (!(error instanceof BatchError)) throw error
      return { readable, refused: refusedEvent(event, error.message) }
    }
    readable.push(event)
  }
  return { readable, refused: null }
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

/** Fails a run by an event that can never be stored, and passes over that event; the agent stops the run. */
async function refuse(link: Link, socket: WebSocket, run: RunRow, event: RefusedEvent): Promise<void> {
  const { ctx, env, db } = link
  const message = `The agent sent what cannot be stored; what had arrived before is kept. ${event.flaw}`
  logError('an event was refused', new Error(event.flaw), { run_id: run.run_id })
  const error = { code: 'internal' as const, message: message.slice(0, MAX_ERROR_CHARACTERS) }
  const ended = hasEnded(run.status)
  if (!ended) await endRun(env, db, run, endingWithoutAgent(run, error))
  await passEvent(db, run.run_id, event)
  if (event.last) forgetStrayRun(ctx, run.run_id)
  else if (!ended) {
    addStrayRun(ctx, run.run_id)
    send(socket, { type: 'cancel', run_id: run.run_id })
  }
}

/**
 * Stores consecutive messages of one run and acknowledges them once they are durable. One that cannot be stored for
 * what it holds fails the run and is acknowledged too: it must not keep the agent from its other runs.
 * @throws ProtocolError when the run is not this agent's, or a seq is missing
 */
export async function receiveEvents(
  link: Link,
  socket: WebSocket,
  runId: string,
  events: readonly Received[],
): Promise<void> {
  const run = await findRun(link.db, runId)
  if (!run || run.agent_id !== link.agentId || run.status === 'pending') {
    throw new ProtocolError(`${runId} is not a run of this agent; reconnect and drop it.`)
  }
  const following = followingEvents(run.last_seq, events)
  const { readable, refused } = await readableEvents(following)
  if (readable.length > 0) await store(link, run, readable)
  if (refused) await refuse(link, socket, run, refused)
  const seq = refused?.seq ?? readable.at(-1)?.seq ?? run.last_seq
  if (seq > 0) send(socket, { type: 'ack', run_id: runId, seq })
  if (following.some(endsRun)) await claimRuns(link)
  const beyond = events.find((event) => event.seq > seq)
  if (!beyond) return
  if (!refused) throw new ProtocolError(`gap: seq ${beyond.seq} came where ${seq + 1} was expected`)
  await receiveEvents(link, socket, runId, events)
}
