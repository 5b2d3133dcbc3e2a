import { DurableObject } from 'cloudflare:workers'
import { AGENT_SUBPROTOCOL, AgentId, CloseCode, type RunStatus } from '@llm-loadtest/schema'
import { recordDisconnect, recordGpuNow } from '../db/agents.ts'
import { withDb } from '../db/client.ts'
import { readSettings, type WorkerEnv } from '../env.ts'
import { configureLog, log, logError } from '../log.ts'
import { claimRuns, takeBack } from './agent-link/claim.ts'
import {
  acceptConnection,
  attachment,
  closeSocket,
  currentSocket,
  offeredProtocols,
  refuseVersion,
  TRY_AGAIN,
  updateAttachment,
} from './agent-link/connection.ts'
import { greet } from './agent-link/hello.ts'
import { type Inbound, parseMessage, TooLargeError, takeWork, type Work } from './agent-link/inbox.ts'
import { type Link, ProtocolError } from './agent-link/link.ts'
import { checkPresence } from './agent-link/presence.ts'
import { receiveEvents } from './agent-link/run-events.ts'
import { endRunsOfRevoked, stopRun } from './agent-link/stop-runs.ts'
import { noteSockets } from './note-sockets.ts'
import { SerialQueue } from './serial-queue.ts'
import { joinedName } from './stubs.ts'

const AGENT_KEY = 'agent_id'

/** One agent's end of the link: its socket, the runs it claims, and the lease on them. All work is done in turn. */
export class AgentLink extends DurableObject<WorkerEnv> {
  readonly #queue = new SerialQueue()
  readonly #inbox: Inbound[] = []

  constructor(ctx: DurableObjectState, env: WorkerEnv) {
    super(ctx, env)
    configureLog(env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  override async fetch(request: Request): Promise<Response> {
    const agentId = joinedName(request)
    const offered = offeredProtocols(request)
    if (!offered.includes(AGENT_SUBPROTOCOL)) return refuseVersion(offered)
    this.ctx.storage.kv.put(AGENT_KEY, agentId)
    const response = acceptConnection(this.ctx, agentId)
    noteSockets(this.ctx, this.env, 'agent', agentId)
    await this.#watch()
    return response
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (socket !== currentSocket(this.ctx)) return
    updateAttachment(socket, { lastMessageAtMs: Date.now() })
    try {
      this.#inbox.push({ socket, message: parseMessage(data) })
    } catch (error) {
      this.#hangUp(socket, error)
      return
    }
    await this.#queue.run(() => this.#handleNext())
  }

  override async webSocketClose(): Promise<void> {
    await this.#queue.run(async () => {
      if (currentSocket(this.ctx)) return
      await this.#withLink(async (link) => {
        await recordDisconnect(link.db, link.agentId)
        log.info('agent left', { agent_id: link.agentId })
        noteSockets(this.ctx, this.env, 'agent', link.agentId)
      })
    })
  }

  override async webSocketError(_socket: WebSocket, error: unknown): Promise<void> {
    logError('an agent socket failed', error)
    await this.webSocketClose()
  }

  override async alarm(): Promise<void> {
    let more = true
    try {
      more = await this.#queue.run(() =>
        this.#withLink((link) => {
          noteSockets(link.ctx, link.env, 'agent', link.agentId)
          return checkPresence(link)
        }),
      )
    } catch (error) {
      logError('looking after an agent failed', error)
    }
    if (more) await this.#watch()
  }

  /** Looks for pending runs; called when there may be a new one. */
  async poke(): Promise<void> {
    if (currentSocket(this.ctx)) await this.#queue.run(() => this.#withLink(claimRuns))
  }

  /** Has the agent stop a running run, or ends it here when the agent is away. Returns the run's status then. */
  async cancel(runId: string): Promise<RunStatus> {
    return this.#queue.run(() => this.#withLink((link) => stopRun(link, runId)))
  }

  /** Closes the socket at once and ends the runs of an agent that was revoked. */
  async revoke(agentId: string): Promise<void> {
    this.ctx.storage.kv.put(AGENT_KEY, agentId)
    for (const socket of this.ctx.getWebSockets()) {
      closeSocket(socket, CloseCode.revoked, 'This agent was revoked; mint a new token.')
    }
    await this.#queue.run(() => this.#withLink(endRunsOfRevoked))
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  async #handleNext(): Promise<void> {
    const work = takeWork(this.#inbox)
    if (!work || work.socket !== currentSocket(this.ctx)) return
    try {
      await this.#withLink((link) => this.#handle(link, work))
    } catch (error) {
      this.#hangUp(work.socket, error)
    }
  }

  async #handle(link: Link, work: Work): Promise<void> {
    const { socket } = work
    const isHello = 'message' in work && work.message.type === 'hello'
    if (isHello === attachment(socket).greeted) {
      throw new ProtocolError(isHello ? 'hello was said already' : 'hello must come first')
    }
    if ('events' in work) {
      await receiveEvents(link, socket, work.runId, work.events)
      return
    }
    const { message } = work
    switch (message.type) {
      case 'hello':
        return greet(link, socket, message)
      case 'accept':
        return // The run was set to running when it was claimed.
      case 'reject':
        return takeBack(link, message.run_id, message.reason)
      case 'gpu_now':
        return recordGpuNow(link.db, link.agentId, message, Date.now())
      default:
        return message satisfies never
    }
  }

  #hangUp(socket: WebSocket, error: unknown): void {
    if (error instanceof ProtocolError) closeSocket(socket, CloseCode.protocolError, error.message)
    else if (error instanceof TooLargeError) closeSocket(socket, CloseCode.tooLarge, error.message)
    else {
      logError('a message of an agent could not be handled', error, {
        agent_id: attachment(socket).agentId,
      })
      closeSocket(socket, TRY_AGAIN, 'The control plane could not handle this; reconnect and send it again.')
    }
  }

  #withLink<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const settings = readSettings(this.env)
    const agentId = AgentId.parse(this.ctx.storage.kv.get(AGENT_KEY))
    return withDb(settings, (db) => work({ ctx: this.ctx, env: this.env, settings, db, agentId }))
  }

  /** Sets the alarm for the next look after the agent. */
  async #watch(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + readSettings(this.env).presenceIntervalMs)
  }
}
