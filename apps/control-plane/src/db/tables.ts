import {
  AgentHost,
  AgentLimits,
  GpuAbsence,
  GpuInfo,
  GpuSample,
  LevelFigures,
  LevelResult,
  PresetConfig,
  RunConfig,
  RunError,
  type RunStatus,
  RunSummary,
  type Scope,
  type Verdict,
} from '@llm-loadtest/schema'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'
import { bytes, json } from './columns.ts'

// Times are Unix milliseconds.

export const agents = sqliteTable('agents', {
  agent_id: text().primaryKey(),
  name: text().notNull(),
  token_hash: text().notNull().unique(),
  created_at: integer().notNull(),
  revoked_at: integer(),
  connected: integer({ mode: 'boolean' }).notNull().default(false),
  last_seen_at: integer(),
  version: text(),
  host: json(AgentHost),
  gpus: json(z.array(GpuInfo)),
  limits: json(AgentLimits),
  gpu_absence: json(GpuAbsence),
  /** Newest reading of each GPU, and when it came. */
  gpu_samples: json(z.array(GpuSample)),
  gpu_at: integer(),
})

export const runs = sqliteTable(
  'runs',
  {
    run_id: text().primaryKey(),
    status: text().$type<RunStatus>().notNull(),
    name: text(),
    tags: json(z.array(z.string())).notNull(),
    server_url: text().notNull(),
    model: text().notNull(),
    adapter: text().notNull(),
    /** The agent that runs it; while pending, the only one that may. */
    agent_id: text(),
    config: json(RunConfig).notNull(),
    /** Encrypted api_key and header values; null when there are none, and once the run has ended. */
    secrets: text(),
    cancel_requested: integer({ mode: 'boolean' }).notNull().default(false),
    rejected_by: json(z.array(z.string())).notNull(),
    /** Highest seq of the agent's events that is stored; 0 before the first. */
    last_seq: integer().notNull().default(0),
    /** The agent's own last event (run_complete or run_failed) is stored. */
    agent_done: integer({ mode: 'boolean' }).notNull().default(false),
    lease_expires_at: integer(),
    created_at: integer().notNull(),
    /** Its place in the history: created_at and, within a millisecond, the order of arrival; see `positionAt`. */
    position: integer().notNull().default(0),
    started_at: integer(),
    completed_at: integer(),
    duration_seconds: real(),
    error: json(RunError),
  },
  (run) => [
    uniqueIndex('runs_position').on(run.position),
    index('runs_by_status').on(run.status, run.position),
    index('runs_by_model').on(run.model, run.position),
    index('runs_by_server').on(run.server_url, run.position),
    index('runs_agent').on(run.agent_id, run.status),
  ],
)

/** How many runs there are of each kind. Kept by triggers on `runs`; nothing else writes it. */
export const runCounts = sqliteTable(
  'run_counts',
  {
    status: text().$type<RunStatus>().notNull(),
    model: text().notNull(),
    server_url: text().notNull(),
    runs: integer().notNull(),
  },
  (row) => [primaryKey({ columns: [row.status, row.model, row.server_url] })],
)

const runId = () =>
  text()
    .notNull()
    .references(() => runs.run_id, { onDelete: 'cascade' })

export const levelResults = sqliteTable(
  'level_results',
  { run_id: runId(), level_index: integer().notNull(), result: json(LevelResult).notNull() },
  (row) => [primaryKey({ columns: [row.run_id, row.level_index] })],
)

export const requestBatches = sqliteTable(
  'request_batches',
  {
    run_id: runId(),
    seq: integer().notNull(),
    level_index: integer().notNull(),
    count: integer().notNull(),
    /** gzip of a JSON array of RequestRecord. */
    data: bytes().notNull(),
  },
  (row) => [primaryKey({ columns: [row.run_id, row.seq] })],
)

export const gpuSamples = sqliteTable(
  'gpu_samples',
  {
    run_id: runId(),
    seq: integer().notNull(),
    samples: json(z.array(GpuSample)).notNull(),
    /** Time between two samples, ms. */
    period_ms: real().notNull().default(1000),
    /** With the run's first samples; null after them. */
    devices: json(z.array(GpuInfo)),
  },
  (row) => [primaryKey({ columns: [row.run_id, row.seq] })],
)

export const results = sqliteTable('results', {
  run_id: runId().primaryKey(),
  // Before `result`, which is large: SQLite reads a row from its front, and the history wants these two only.
  summary: json(RunSummary).notNull(),
  verdict: text().$type<Verdict>().notNull(),
  /** RunResult as JSON, sent to clients as it is. */
  result: text().notNull(),
})

/** What an ended run is compared by, made when it is first compared. */
export const runReplicates = sqliteTable('run_replicates', {
  run_id: runId().primaryKey(),
  /** How they were made (REPLICATES_METHOD), and the run's last_seq then: rows of another are made anew. */
  method: integer().notNull(),
  seq: integer().notNull(),
  levels: json(z.array(LevelFigures)).notNull(),
  /** Bootstrap replicates of each level's figures, 32-bit floats. */
  replicates: bytes().notNull(),
})

export const presets = sqliteTable('presets', {
  preset_id: text().primaryKey(),
  name: text().notNull(),
  /** The name as it is compared: see presetNameKey. */
  name_key: text().notNull().unique(),
  config: json(PresetConfig).notNull(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
})

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    key: text().primaryKey(),
    body_hash: text().notNull(),
    run_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (row) => [
    index('idempotency_keys_run').on(row.run_id),
    index('idempotency_keys_created').on(row.created_at),
  ],
)

export const apiKeys = sqliteTable('api_keys', {
  key_id: text().primaryKey(),
  name: text().notNull(),
  /** SHA-256 of the key, hex. */
  key_hash: text().notNull().unique(),
  /** How the key begins. */
  hint: text().notNull(),
  scope: text().$type<Scope>().notNull(),
  created_at: integer().notNull(),
  expires_at: integer(),
  revoked_at: integer(),
  last_used_at: integer(),
})

export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 of the cookie's token, hex. */
    session_hash: text().primaryKey(),
    /** Hash of the key it was exchanged for: without that key it is void. */
    key_hash: text().notNull(),
    scope: text().$type<Scope>().notNull(),
    created_at: integer().notNull(),
    rotated_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (session) => [index('sessions_key').on(session.key_hash), index('sessions_expiry').on(session.expires_at)],
)
