import type { RunAccepted, RunDefinition } from '@llm-loadtest/schema'
import type { z } from 'zod'
import { agentExists } from '../db/agents.ts'
import type { Db } from '../db/client.ts'
import { findIdempotencyKey, insertRun } from '../db/runs.ts'
import { bodyFingerprint, sealSecrets, splitSecrets } from '../domain/secrets.ts'
import type { Settings } from '../env.ts'
import { ConflictError, UnavailableError, UnprocessableError } from '../errors.ts'

const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1000

type Start = { runId: string; definition: RunDefinition; idempotencyKey: string | null }

async function seal(settings: Settings, runId: string, definition: RunDefinition) {
  const { config, secrets } = splitSecrets(definition)
  if (secrets === null) return { config, sealedSecrets: null }
  if (settings.secret === undefined) {
    throw new UnavailableError(
      'api_key and headers cannot be kept safely: set LLM_LOADTEST_SECRET, or use api_key_env.',
    )
  }
  return { config, sealedSecrets: await sealSecrets(settings.secret, runId, secrets) }
}

/**
 * Stores a new pending run. A key seen before with the same definition gives the first answer again.
 * @throws ConflictError when the key was used with another definition
 */
export async function startRun(
  db: Db,
  settings: Settings,
  start: Start,
): Promise<z.infer<typeof RunAccepted>> {
  const { runId, definition, idempotencyKey } = start
  const { config, sealedSecrets } = await seal(settings, runId, definition)
  const createdAtMs = Date.now()
  if (config.agent_id !== undefined && !(await agentExists(db, config.agent_id))) {
    throw new UnprocessableError([{ path: 'agent_id', message: 'is not an agent of this control plane' }])
  }
  const run = { runId, config, sealedSecrets, createdAtMs }
  if (idempotencyKey === null) {
    await insertRun(db, run, null)
    return { run_id: runId, status: 'pending' }
  }
  const bodyHash = await bodyFingerprint(settings.secret, JSON.stringify(definition))
  const expireBeforeMs = createdAtMs - IDEMPOTENCY_WINDOW_MS
  try {
    await insertRun(db, run, { key: idempotencyKey, bodyHash, expireBeforeMs })
    return { run_id: runId, status: 'pending' }
  } catch (error) {
    const earlier = await findIdempotencyKey(db, idempotencyKey)
    if (!earlier) throw error
    if (earlier.body_hash === bodyHash) return { run_id: earlier.run_id, status: 'pending' }
    throw new ConflictError('This Idempotency-Key was used for another run; send a new key.')
  }
}
