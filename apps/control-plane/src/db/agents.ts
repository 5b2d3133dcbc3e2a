import type { AgentHello, AgentView, GpuInfo, GpuSample } from '@llm-loadtest/schema'
import { and, desc, eq, gt, gte, isNull, sql } from 'drizzle-orm'
import type { Db } from './client.ts'
import { instant } from './run-view.ts'
import { agents, runs } from './tables.ts'

/** Online: connected, and seen after `sinceMs`, so that a crash that left the flag set does not lie for long. */
const isOnline = (sinceMs: number) =>
  and(eq(agents.connected, true), gt(agents.last_seen_at, sinceMs), isNull(agents.revoked_at))

export async function insertAgent(
  db: Db,
  agent: { agentId: string; name: string; tokenHash: string; createdAtMs: number },
): Promise<void> {
  await db.insert(agents).values({
    agent_id: agent.agentId,
    name: agent.name,
    token_hash: agent.tokenHash,
    created_at: agent.createdAtMs,
  })
}

/** The agent that has this token, unless it was revoked. */
export async function findAgentByToken(db: Db, tokenHash: string): Promise<string | undefined> {
  const row = await db
    .select({ agent_id: agents.agent_id })
    .from(agents)
    .where(and(eq(agents.token_hash, tokenHash), isNull(agents.revoked_at)))
    .get()
  return row?.agent_id
}

/** Whether the agent exists and was not revoked. */
export async function agentExists(db: Db, agentId: string): Promise<boolean> {
  const row = await db
    .select({ agent_id: agents.agent_id })
    .from(agents)
    .where(and(eq(agents.agent_id, agentId), isNull(agents.revoked_at)))
    .get()
  return row !== undefined
}

/** All agents but the revoked ones, newest first; with GPU readings that came after `gpuSinceMs` (Unix ms). */
export async function listAgents(db: Db, onlineSinceMs: number, gpuSinceMs: number): Promise<AgentView[]> {
  const rows = await db
    .select({
      agent: agents,
      online: sql`coalesce(${isOnline(onlineSinceMs)}, 0)`.mapWith(Boolean),
      running:
        sql`(select count(*) from runs where runs.agent_id = ${agents.agent_id} and runs.status = 'running')`.mapWith(
          Number,
        ),
    })
    .from(agents)
    .where(isNull(agents.revoked_at))
    .orderBy(desc(agents.created_at), desc(agents.agent_id))
  return rows.map(({ agent, online, running }) => ({
    agent_id: agent.agent_id,
    name: agent.name,
    online,
    created_at: new Date(agent.created_at).toISOString(),
    last_seen_at: instant(agent.last_seen_at),
    version: agent.version,
    host: agent.host,
    gpus: agent.gpus ?? [],
    gpu_absence: agent.gpu_absence,
    gpu_samples: agent.gpu_at !== null && agent.gpu_at > gpuSinceMs ? (agent.gpu_samples ?? []) : [],
    limits: agent.limits,
    running,
  }))
}

/** The ids of the agents that are online. */
export async function onlineAgents(db: Db, sinceMs: number): Promise<string[]> {
  const rows = await db.select({ agent_id: agents.agent_id }).from(agents).where(isOnline(sinceMs))
  return rows.map((row) => row.agent_id)
}

/** Whether any agent has shown itself at or after a time (Unix ms). */
export async function agentSeenSince(db: Db, sinceMs: number): Promise<boolean> {
  return (await db.$count(agents, gte(agents.last_seen_at, sinceMs))) > 0
}

export async function countOnlineAgents(db: Db, sinceMs: number): Promise<number> {
  return db.$count(agents, isOnline(sinceMs))
}

/** Notes what an agent said of itself on joining. */
export async function recordHello(db: Db, agentId: string, hello: AgentHello, nowMs: number): Promise<void> {
  const { version, host, gpus, gpu_absence, limits } = hello
  const about = { version, host, gpus, gpu_absence, limits }
  await db
    .update(agents)
    .set({ connected: true, last_seen_at: nowMs, ...about, gpu_samples: null, gpu_at: null })
    .where(eq(agents.agent_id, agentId))
}

/** Keeps the newest reading of each of an agent's GPUs, in place of those before, and the GPUs when they are told. */
export async function recordGpuNow(
  db: Db,
  agentId: string,
  { devices, samples }: { devices: GpuInfo[] | null; samples: GpuSample[] },
  nowMs: number,
): Promise<void> {
  const found = devices ? { gpus: devices, gpu_absence: null } : {}
  const now = { gpu_samples: samples, gpu_at: nowMs, ...found }
  await db.update(agents).set(now).where(eq(agents.agent_id, agentId))
}

/** Notes a sign of life and pushes out the lease of all the agent's running runs. */
export async function renewPresence(
  db: Db,
  agentId: string,
  seenAtMs: number,
  leaseExpiresAtMs: number,
): Promise<void> {
  await db.batch([
    db.update(agents).set({ last_seen_at: seenAtMs }).where(eq(agents.agent_id, agentId)),
    db
      .update(runs)
      .set({ lease_expires_at: leaseExpiresAtMs })
      .where(and(eq(runs.agent_id, agentId), eq(runs.status, 'running'))),
  ])
}

export async function recordDisconnect(db: Db, agentId: string): Promise<void> {
  await db.update(agents).set({ connected: false }).where(eq(agents.agent_id, agentId))
}

/** Revokes an agent for good. False when it is unknown or was revoked before. */
export async function revokeAgent(db: Db, agentId: string, nowMs: number): Promise<boolean> {
  const updated = await db
    .update(agents)
    .set({ revoked_at: nowMs, connected: false })
    .where(and(eq(agents.agent_id, agentId), isNull(agents.revoked_at)))
  return updated.rowsAffected === 1
}

/** Gives an agent another token; the one before is void. False when the agent is unknown or revoked. */
export async function replaceAgentToken(db: Db, agentId: string, tokenHash: string): Promise<boolean> {
  const updated = await db
    .update(agents)
    .set({ token_hash: tokenHash })
    .where(and(eq(agents.agent_id, agentId), isNull(agents.revoked_at)))
  return updated.rowsAffected === 1
}
