import {
  AGENT_SUBPROTOCOL,
  type AgentHello,
  ControlMessage,
  type GpuAbsence,
  type GpuInfo,
  type RunEvent,
} from '@llm-loadtest/schema'
import type { TestControlPlane } from './control-plane.ts'
import { openSocket, type TestSocket } from './socket.ts'

type Of<T extends ControlMessage['type']> = Extract<ControlMessage, { type: T }>
/** An event without its envelope. */
export type EventBody = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'run_id' | 'seq'>
    : never
  : never

export const HOST: AgentHello['host'] = {
  hostname: 'gpu-1',
  os: 'Linux',
  arch: 'x64',
  node: 'v24.0.0',
  cpu_model: 'Test CPU',
  cpus: 8,
  memory_bytes: 64e9,
}

export function helloMessage(change: Partial<AgentHello> = {}): AgentHello {
  const limits = { slots: 1, allow_targets: null }
  const about = { version: '0.1.0', host: HOST, gpus: [], gpu_absence: null, limits }
  return { type: 'hello', protocol: 1, ...about, runs: [], ...change }
}

/** A scripted agent: says what a test tells it to, and nothing by itself. */
export class FakeAgent {
  readonly socket: TestSocket<typeof ControlMessage>

  constructor(socket: TestSocket<typeof ControlMessage>) {
    this.socket = socket
  }

  static async connect(controlPlane: TestControlPlane, token: string): Promise<FakeAgent> {
    const socket = await openSocket(`${controlPlane.socketUrl}/api/v1/agents/ws`, ControlMessage, {
      protocols: [AGENT_SUBPROTOCOL],
      headers: { Authorization: `Bearer ${token}` },
    })
    return new FakeAgent(socket)
  }

  /** Connects and says hello. Returns once welcomed. */
  static async join(
    controlPlane: TestControlPlane,
    token: string,
    options: { slots?: number; runs?: string[]; gpus?: GpuInfo[]; gpuAbsence?: GpuAbsence } = {},
  ): Promise<{ agent: FakeAgent; welcome: Of<'welcome'> }> {
    const agent = await FakeAgent.connect(controlPlane, token)
    const { slots = 1, runs = [], gpus = [], gpuAbsence = null } = options
    const limits = { slots, allow_targets: null }
    agent.socket.send(helloMessage({ runs, limits, gpus, gpu_absence: gpuAbsence }))
    return { agent, welcome: await agent.take('welcome') }
  }

  take<T extends ControlMessage['type']>(type: T): Promise<Of<T>> {
    return this.socket.take(type, (message): message is Of<T> => message.type === type)
  }

  /** Takes a run up: waits for it, or for any, to be assigned and accepts it. */
  async accept(runId?: string): Promise<Of<'assign'>['run']> {
    const { run } = await this.socket.take('assign', (message): message is Of<'assign'> => {
      return message.type === 'assign' && (runId === undefined || message.run.run_id === runId)
    })
    this.socket.send({ type: 'accept', run_id: run.run_id })
    return run
  }

  event(runId: string, seq: number, body: EventBody): void {
    this.socket.send({ ...body, run_id: runId, seq })
  }

  /** Waits for everything up to `seq` to be acknowledged. */
  async acked(runId: string, seq: number): Promise<void> {
    await this.socket.take(`ack of ${seq}`, (message): message is Of<'ack'> => {
      return message.type === 'ack' && message.run_id === runId && message.seq >= seq
    })
  }
}
