import type { Db } from '../../db/client.ts'
import type { Settings, WorkerEnv } from '../../env.ts'

/** What one operation on an agent's link works with. */
export type Link = {
  ctx: DurableObjectState
  env: WorkerEnv
  settings: Settings
  db: Db
  agentId: string
}

/** The agent broke the protocol: its socket is closed with 1008 and this reason. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
