import { onlineAgents } from '../db/agents.ts'
import { withDb } from '../db/client.ts'
import { onlineSinceMs } from '../domain/presence.ts'
import { readSettings, type WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import { agentLink } from './stubs.ts'

/** Tells every agent that is online, but those named, to look for a pending run. Failures are logged only: each agent also looks by itself. */
export async function offerRuns(env: WorkerEnv, except: readonly string[] = []): Promise<void> {
  const settings = readSettings(env)
  try {
    const online = await withDb(settings, (db) => onlineAgents(db, onlineSinceMs(settings)))
    const others = online.filter((agentId) => !except.includes(agentId))
    await Promise.all(others.map((agentId) => agentLink(env, agentId).poke()))
  } catch (error) {
    logError('offering pending runs failed', error)
  }
}
