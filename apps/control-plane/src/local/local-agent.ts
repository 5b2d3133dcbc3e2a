import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentId, newId } from '@llm-loadtest/schema'
import { insertAgent, replaceAgentToken } from '../db/agents.ts'
import { withDb } from '../db/client.ts'
import { newAgentToken, sha256Hex } from '../domain/tokens.ts'

const ID_FILE = 'local-agent-id'

/**
 * The agent of this machine with a fresh token. It stays the same agent over restarts, so that it can hand in what it
 * had spooled; its token is never written anywhere, only its hash.
 */
export async function localAgent(controlPlane: {
  dataDir: string
  database: { url: string; authToken: string }
}): Promise<{ agentId: string; token: string }> {
  const { url: databaseUrl, authToken: databaseToken } = controlPlane.database
  const idPath = join(controlPlane.dataDir, ID_FILE)
  const token = newAgentToken()
  const tokenHash = await sha256Hex(token)
  const known = AgentId.safeParse(existsSync(idPath) ? readFileSync(idPath, 'utf8').trim() : undefined)
  return withDb({ databaseUrl, databaseToken }, async (db) => {
    if (known.success && (await replaceAgentToken(db, known.data, tokenHash)))
      return { agentId: known.data, token }
    const agentId = newId('agent')
    await insertAgent(db, { agentId, name: 'local', tokenHash, createdAtMs: Date.now() })
    writeFileSync(idPath, `${agentId}\n`)
    return { agentId, token }
  })
}
