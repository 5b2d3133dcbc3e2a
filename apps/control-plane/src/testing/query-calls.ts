import { newId, RunConfig, type RunEvent } from '@llm-loadtest/schema'
import { sampleGpuReading } from '@llm-loadtest/schema/testing'
import * as agents from '../db/agents.ts'
import type { Db } from '../db/client.ts'
import * as comparison from '../db/comparison.ts'
import { readGpuTrace } from '../db/gpu-trace.ts'
import { type HistoryFilter, listHistory } from '../db/history.ts'
import * as keys from '../db/keys.ts'
import * as presets from '../db/presets.ts'
import * as requestBatches from '../db/request-batches.ts'
import * as retention from '../db/retention.ts'
import { countRunsByStatus } from '../db/run-counts.ts'
import * as runEvents from '../db/run-events.ts'
import { runView } from '../db/run-view.ts'
import * as runs from '../db/runs.ts'
import * as sessions from '../db/sessions.ts'
import { assembleResult } from '../domain/run-result.ts'
import { helloMessage } from './fake-agent.ts'
import { batch, gpuEvent, levelEvent, progressEvent, requestRecord } from './samples.ts'

const NOW_MS = Date.UTC(2026, 0, 2)
const AGENT_ID = newId('agent')
const CONFIG = RunConfig.parse({
  server_url: 'http://llm.test',
  model: 'test',
  adapter: 'openai',
  endpoint: 'chat',
  concurrency: [1],
  num_prompts: 1,
  input_len: 1,
  output_len: 1,
  stream: true,
  warmup: 0,
  timeout: 1,
})

const ENDING: runEvents.Ending = {
  status: 'completed',
  error: null,
  startedAtMs: NOW_MS,
  completedAtMs: NOW_MS,
  durationSeconds: 1,
  seq: null,
}

const FILTERS: HistoryFilter[] = [
  {},
  { status: 'completed' },
  { model: 'test' },
  { serverUrl: 'http://llm.test' },
  { status: 'failed', model: 'test', serverUrl: 'http://llm.test' },
  { fromMs: NOW_MS - 1, toMs: NOW_MS },
  { fromMs: NOW_MS, status: 'completed' },
  { text: 'test' },
  { text: 't' },
  { text: 'test', status: 'completed', fromMs: NOW_MS - 1 },
]

async function newRun(db: Db, idempotent = false): Promise<runs.RunRow> {
  const runId = newId('run')
  const key = { key: runId, bodyHash: 'hash', expireBeforeMs: 0 }
  const run = { runId, config: CONFIG, sealedSecrets: null, createdAtMs: NOW_MS }
  await runs.insertRun(db, run, idempotent ? key : null)
  const row = await runs.findRun(db, runId)
  if (!row) throw new Error('the run was not stored')
  return row
}

async function claim(db: Db): Promise<runs.RunRow> {
  await newRun(db)
  const lease = { slots: 1000, nowMs: NOW_MS, leaseExpiresAtMs: NOW_MS }
  const row = await runs.claimRun(db, { agentId: AGENT_ID, ...lease })
  if (!row) throw new Error('no run was claimed')
  return row
}

const SESSION: Parameters<typeof sessions.insertSession>[1] = {
  sessionHash: 'session',
  keyHash: 'hash',
  scope: 'read',
  createdAtMs: NOW_MS,
  rotatedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 1,
}

const KEY: Parameters<typeof keys.insertKey>[1] = {
  keyId: newId('key'),
  name: 'key',
  keyHash: 'hash',
  hint: '…',
  scope: 'read',
  createdAtMs: NOW_MS,
  expiresAtMs: null,
}

const PRESET = { name: 'name', config: {}, nowMs: NOW_MS }

const resultOf = (run: runs.RunRow) => assembleResult(runView(run), [], null)

async function storeAllKinds(db: Db): Promise<void> {
  const { run_id } = await claim(db)
  const bodies = [progressEvent(1), gpuEvent(1), levelEvent(), batch([requestRecord(0)])]
  const events: RunEvent[] = bodies.map((body, index) => ({ ...body, run_id, seq: index + 1 }))
  await runEvents.storeEvents(db, run_id, events)
}

/** A call, or several, of each function of db/ that sends statements, by the function's name. */
export const QUERY_CALLS: Record<string, (db: Db) => Promise<unknown>> = {
  insertAgent: (db) =>
    agents.insertAgent(db, { agentId: AGENT_ID, name: 'a', tokenHash: AGENT_ID, createdAtMs: NOW_MS }),
  findAgentByToken: (db) => agents.findAgentByToken(db, 'hash'),
  agentExists: (db) => agents.agentExists(db, AGENT_ID),
  listAgents: (db) => agents.listAgents(db, NOW_MS, NOW_MS),
  onlineAgents: (db) => agents.onlineAgents(db, NOW_MS),
  agentSeenSince: (db) => agents.agentSeenSince(db, NOW_MS),
  countOnlineAgents: (db) => agents.countOnlineAgents(db, NOW_MS),
  recordHello: (db) => agents.recordHello(db, AGENT_ID, helloMessage(), NOW_MS),
  recordGpuNow: (db) =>
    agents.recordGpuNow(db, AGENT_ID, { devices: null, samples: [sampleGpuReading()] }, NOW_MS),
  renewPresence: (db) => agents.renewPresence(db, AGENT_ID, NOW_MS, NOW_MS),
  recordDisconnect: (db) => agents.recordDisconnect(db, AGENT_ID),
  revokeAgent: (db) => agents.revokeAgent(db, newId('agent'), NOW_MS),
  replaceAgentToken: (db) => agents.replaceAgentToken(db, AGENT_ID, 'another'),
  readGpuTrace: (db) => readGpuTrace(db, newId('run')),
  async listHistory(db) {
    for (const filter of FILTERS) {
      for (const after of [null, Number.MAX_SAFE_INTEGER]) await listHistory(db, filter, { limit: 2, after })
    }
  },
  countExpiredRuns: (db) => retention.countExpiredRuns(db, 1),
  deleteExpiredRuns: (db) => retention.deleteExpiredRuns(db, 1, 10),
  countRunsByStatus,
  insertRun: (db) => newRun(db, true),
  findIdempotencyKey: (db) => runs.findIdempotencyKey(db, 'key'),
  findRun: (db) => runs.findRun(db, newId('run')),
  findHeldRuns: (db) => runs.findHeldRuns(db, AGENT_ID, [newId('run'), newId('run')]),
  runningRuns: (db) => runs.runningRuns(db, AGENT_ID),
  runningLeases: (db) => runs.runningLeases(db, AGENT_ID),
  pendingRunsOf: (db) => runs.pendingRunsOf(db, AGENT_ID),
  claimRun: claim,
  releaseRun: async (db) => runs.releaseRun(db, (await claim(db)).run_id, AGENT_ID),
  endPendingRun: (db) =>
    runs.endPendingRun(db, newId('run'), { status: 'failed', error: null, nowMs: NOW_MS }),
  requestCancel: (db) => runs.requestCancel(db, newId('run')),
  deleteEndedRun: (db) => runs.deleteEndedRun(db, newId('run')),
  storeEvents: storeAllKinds,
  passEvent: (db) => runEvents.passEvent(db, newId('run'), { seq: 1, last: true }),
  storedLevels: (db) => runEvents.storedLevels(db, newId('run')),
  batchesOutside: (db) => runEvents.batchesOutside(db, newId('run'), [0, 1]),
  endRunningRun: async (db) => runEvents.endRunningRun(db, resultOf(await claim(db)), ENDING),
  endUnreadableRun: (db) => runEvents.endUnreadableRun(db, newId('run'), ENDING),
  replaceResult: async (db) => runEvents.replaceResult(db, resultOf(await claim(db))),
  findRunWithResult: (db) => runEvents.findRunWithResult(db, newId('run')),
  findComparedRuns: (db) => comparison.findComparedRuns(db, [newId('run'), newId('run')]),
  keepReplicates: (db) =>
    comparison.keepReplicates(db, newId('run'), { seq: 1, levels: [], replicates: new Float32Array(1) }),
  readBatchPage: (db) => requestBatches.readBatchPage(db, newId('run'), 0, 1),
  batchSizes: (db) => requestBatches.batchSizes(db, newId('run')),
  readBatches: (db) => requestBatches.readBatches(db, newId('run'), [1, 2]),
  listPresets: presets.listPresets,
  findPreset: (db) => presets.findPreset(db, newId('preset')),
  findPresetByName: (db) => presets.findPresetByName(db, 'name'),
  insertPreset: (db) => presets.insertPreset(db, newId('preset'), PRESET),
  replacePreset: (db) => presets.replacePreset(db, newId('preset'), PRESET),
  deletePreset: (db) => presets.deletePreset(db, newId('preset')),
  insertKey: (db) => keys.insertKey(db, KEY),
  findLiveKey: (db) => keys.findLiveKey(db, 'hash', NOW_MS),
  listKeys: keys.listKeys,
  revokeKey: (db) => keys.revokeKey(db, newId('key'), NOW_MS),
  recordKeyUse: (db) => keys.recordKeyUse(db, newId('key'), NOW_MS),
  insertSession: (db) => sessions.insertSession(db, SESSION),
  findSession: (db) => sessions.findSession(db, 'session', NOW_MS),
  rotateSession: (db) =>
    sessions.rotateSession(db, SESSION, { sessionHash: 'next', nowMs: NOW_MS, graceMs: 1 }),
  deleteSession: (db) => sessions.deleteSession(db, 'session'),
}
