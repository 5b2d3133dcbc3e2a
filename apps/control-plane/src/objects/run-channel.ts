import { DurableObject } from 'cloudflare:workers'
import { CloseCode, RunResult, RunView, type ViewerMessage } from '@llm-loadtest/schema'
import { withDb } from '../db/client.ts'
import { findRunWithResult } from '../db/run-events.ts'
import { runView } from '../db/run-view.ts'
import { hasEnded } from '../domain/run-status.ts'
import { readSettings, type WorkerEnv } from '../env.ts'
import { configureLog, logError } from '../log.ts'
import { noteSockets } from './note-sockets.ts'
import { LiveHistory } from './run-channel/live-history.ts'
import { joinedName } from './stubs.ts'

/** How often it is checked that the run still goes on, in case its end was not announced. */
const CHECK_INTERVAL_MS = 30_000
/** How long the live history outlives the run. */
const KEEP_AFTER_END_MS = 10 * 60_000

/** Each second is sent to every viewer: more of them would delay the agent's own messages. */
const MAX_VIEWERS = 200

const RUN_KEY = 'run_id'
const SEQ_KEY = 'last_seq'
const ENDED_KEY = 'ended'

/** What the viewers see of one event of the agent. */
export type Published = { seq: number; messages: ViewerMessage[] }

/** One run's viewers: each gets the history on joining, then everything as it happens. */
export class RunChannel extends DurableObject<WorkerEnv> {
  constructor(ctx: DurableObjectState, env: WorkerEnv) {
    super(ctx, env)
    configureLog(env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Joins a viewer; 404 when there is no such run, 429 when it has as many as it may have. */
  override async fetch(request: Request): Promise<Response> {
    const runId = joinedName(request)
    const stored = await this.#read(runId)
    if (!stored) return new Response(null, { status: 404 })
    if (this.ctx.getWebSockets().length >= MAX_VIEWERS) return new Response(null, { status: 429 })
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    // Read after the last await: a run that ended meanwhile has been announced to the others already.
    const run = this.#endedRun() ?? stored.run
    server.send(this.#snapshot(run, stored.levels))
    if (hasEnded(run.status)) this.#close([server], run)
    noteSockets(this.ctx, this.env, 'viewer', runId)
    await this.#watch(runId)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(socket: WebSocket): void {
    socket.close(CloseCode.protocolError, 'Viewers listen only.')
  }

  override webSocketClose(): void {
    this.#noteSockets()
  }

  override webSocketError(_socket: WebSocket, error: unknown): void {
    logError('a viewer socket failed', error)
    this.#noteSockets()
  }

  /** Hands events to the viewers and keeps them for later ones; an event seen before is passed over. */
  async publish(runId: string, events: Published[]): Promise<void> {
    const history = new LiveHistory(this.ctx.storage.sql)
    let lastSeq = this.ctx.storage.kv.get<number>(SEQ_KEY) ?? 0
    for (const { seq, messages } of events) {
      if (seq <= lastSeq) continue
      lastSeq = seq
      for (const message of messages) {
        history.add(seq, message)
        this.#broadcast(message)
      }
    }
    this.ctx.storage.kv.put(SEQ_KEY, lastSeq)
    await this.#watch(runId)
  }

  /** Tells the viewers how the run ended and lets them go. */
  async finish(run: RunView): Promise<void> {
    if (this.#endedRun()) return
    this.ctx.storage.kv.put(ENDED_KEY, run)
    this.#close(this.ctx.getWebSockets(), run)
    await this.ctx.storage.setAlarm(Date.now() + KEEP_AFTER_END_MS)
  }

  /** Forgets a run that was deleted. */
  async drop(): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.close(CloseCode.goingAway, 'The run was deleted.')
    this.#noteSockets()
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  override async alarm(): Promise<void> {
    this.#noteSockets()
    const runId = this.ctx.storage.kv.get<string>(RUN_KEY)
    if (this.#endedRun() || runId === undefined) {
      await this.drop()
      return
    }
    try {
      const stored = await this.#read(runId)
      if (!stored) await this.drop()
      else if (hasEnded(stored.run.status)) await this.finish(stored.run)
      else await this.#watch(runId)
    } catch (error) {
      logError('checking a run failed', error, { run_id: runId })
      await this.#watch(runId)
    }
  }

  async #read(runId: string) {
    const found = await withDb(readSettings(this.env), (db) => findRunWithResult(db, runId))
    if (!found) return null
    const { run, storedResult, levels } = found
    return {
      run: runView(run),
      levels: storedResult === null ? levels : RunResult.parse(JSON.parse(storedResult)).results,
    }
  }

  #noteSockets(): void {
    const runId = this.ctx.storage.kv.get<string>(RUN_KEY)
    if (runId !== undefined) noteSockets(this.ctx, this.env, 'viewer', runId)
  }

  #endedRun(): RunView | null {
    const ended = this.ctx.storage.kv.get(ENDED_KEY)
    return ended === undefined ? null : RunView.parse(ended)
  }

  #snapshot(run: RunView, storedLevels: RunResult['results']): string {
    const history = new LiveHistory(this.ctx.storage.sql)
    const levels = history.levels()
    for (const level of storedLevels) levels.set(level.index, JSON.stringify(level))
    const ordered = [...levels].sort(([a], [b]) => a - b).map(([, json]) => json)
    return `{"type":"snapshot","run":${JSON.stringify(run)},"history":${history.progressJson()},"levels":[${ordered.join(',')}],"gpu":${history.gpuJson()}}`
  }

  #broadcast(message: ViewerMessage): void {
    const text = JSON.stringify(message)
    for (const socket of this.ctx.getWebSockets()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    }
  }

  #close(sockets: WebSocket[], run: RunView): void {
    if (!hasEnded(run.status)) return
    const text = JSON.stringify({ type: run.status, run } satisfies ViewerMessage)
    for (const socket of sockets) {
      if (socket.readyState !== WebSocket.OPEN) continue
      socket.send(text)
      socket.close(CloseCode.normal, 'The run has ended.')
    }
  }

  async #watch(runId: string): Promise<void> {
    this.ctx.storage.kv.put(RUN_KEY, runId)
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + CHECK_INTERVAL_MS)
    }
  }
}
