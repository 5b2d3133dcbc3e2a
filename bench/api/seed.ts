import { gzipSync } from 'node:zlib'
import { createClient } from '@libsql/client/web'
import type { ControlPlane } from '@llm-loadtest/control-plane'
import type { RequestRecord } from '@llm-loadtest/schema'
import { sampleRecord, sampleResult } from '@llm-loadtest/schema/testing'
import { positionAt } from '../../apps/control-plane/src/db/position.ts'

const FIRST_MS = Date.UTC(2026, 0, 1)
const STEP_MS = 60_000
const ROWS_AT_ONCE = 5000
const BATCH_RECORDS = 500
/** Runs that have the records of their requests: what a comparison reads. */
export const WITH_RECORDS = 50

const N = 'with recursive n(i) as (select ? union all select i + 1 from n where i + 1 < ?)'
const RUN_ID = "'run_' || printf('%026d', i)"

/** The id of the seeded run with this number. */
export const seededRunId = (index: number): string => `run_${String(index).padStart(26, '0')}`

/** The position of the seeded run with this number in the history. */
export const seededPosition = (index: number): number => positionAt(FIRST_MS + index * STEP_MS)

type Client = ReturnType<typeof createClient>

async function insertRuns(client: Client, from: number, to: number): Promise<void> {
  const { config, summary, validity, ...result } = sampleResult()
  const text = JSON.stringify({ ...result, config, summary, validity })
  await client.batch([
    {
      sql: `${N} insert into runs (run_id, status, name, tags, server_url, model, adapter, config, rejected_by, created_at,
          position, started_at, completed_at, duration_seconds)
        select ${RUN_ID}, case i % 20 when 0 then 'failed' when 1 then 'cancelled' else 'completed' end,
          'Nightly ' || i, '["gpu-' || (i % 7) || '"]', 'http://host-' || (i % 4) || '.test', 'model-' || (i % 5), 'openai', ?, '[]',
          ? + i * ${STEP_MS}, ? + i * ${positionAt(STEP_MS)}, ? + i * ${STEP_MS}, ? + i * ${STEP_MS}, 10 from n`,
      args: [from, to, JSON.stringify(config), FIRST_MS, positionAt(FIRST_MS), FIRST_MS, FIRST_MS],
    },
    {
      sql: `${N} insert into results (run_id, summary, verdict, result)
        select ${RUN_ID}, ?, ?, replace(?, ?, ${RUN_ID}) from n`,
      args: [from, to, JSON.stringify(summary), validity.verdict, text, result.run_id],
    },
  ])
}

function recordsOf(levelIndex: number, count: number): RequestRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const sent_ms = index * 20
    const first = sent_ms + 90 + (index % 21)
    return sampleRecord({
      index,
      level_index: levelIndex,
      sent_ms,
      first_event_ms: first,
      first_token_ms: first,
      first_output_token_ms: first,
      last_token_ms: first + 40,
      stream_end_ms: first + 41,
    })
  })
}

/** Stores one packed batch again and again, under rising numbers. */
async function insertRecords(
  client: Client,
  runId: string,
  levelIndex: number,
  batches: number,
): Promise<void> {
  const data = gzipSync(JSON.stringify(recordsOf(levelIndex, BATCH_RECORDS)))
  await client.execute({
    sql: `${N} insert into request_batches (run_id, seq, level_index, count, data) select ?, i, ?, ?, ? from n`,
    args: [levelIndex * batches + 1, (levelIndex + 1) * batches + 1, runId, levelIndex, BATCH_RECORDS, data],
  })
}

/** Fills an empty database with ended runs, one of them with so many requests that are stored one by one. */
export async function seed(
  { database }: ControlPlane,
  { runs, bigRequests }: { runs: number; bigRequests: number },
): Promise<void> {
  const client = createClient({ url: database.url, authToken: database.authToken })
  try {
    for (let from = 0; from < runs; from += ROWS_AT_ONCE) {
      await insertRuns(client, from, Math.min(from + ROWS_AT_ONCE, runs))
    }
    for (let index = 1; index <= WITH_RECORDS; index++) {
      for (const level of [0, 1]) await insertRecords(client, seededRunId(index), level, 1)
    }
    await insertRecords(client, seededRunId(0), 0, Math.ceil(bigRequests / BATCH_RECORDS))
  } finally {
    client.close()
  }
}
