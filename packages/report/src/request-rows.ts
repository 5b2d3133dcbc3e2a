import type { RequestRecord } from '@llm-loadtest/schema'
import { e2eMs, scheduleLagMs, tpotMs, ttfoMs, ttftMs } from '@llm-loadtest/schema/metrics'
import { stringify } from 'csv-stringify/sync'
import { neutralise } from './neutralise.ts'
import type { Cell } from './summary.ts'

type Field = Exclude<keyof RequestRecord, 'event_ms' | 'event_tokens'>
type Column = { header: string; value: (request: RequestRecord) => Cell }

const FIELDS: readonly Field[] = [
  'request_id',
  'level_index',
  'index',
  'warmup',
  'cooldown',
  'outcome',
  'http_status',
  'intended_ms',
  'sent_ms',
  'connect_ms',
  'first_event_ms',
  'first_token_ms',
  'first_output_token_ms',
  'last_token_ms',
  'stream_end_ms',
]

const TOKEN_FIELDS: readonly Field[] = [
  'input_tokens',
  'input_tokens_source',
  'local_input_tokens',
  'output_tokens',
  'output_tokens_source',
  'local_output_tokens',
  'server_output_tokens',
  'reasoning_tokens',
  'reasoned',
  'finish_reason',
  'error_message',
]

function fieldColumn(field: Field): Column {
  return {
    header: field,
    value: (request) => {
      const value = request[field]
      return typeof value === 'boolean' ? String(value) : value
    },
  }
}

/** The columns of a request: its record's fields, its metrics in ms, and how many content events it had. */
const COLUMNS: readonly Column[] = [
  ...FIELDS.map(fieldColumn),
  { header: 'ttft_ms', value: ttftMs },
  { header: 'ttfo_ms', value: ttfoMs },
  { header: 'tpot_ms', value: tpotMs },
  { header: 'e2e_ms', value: e2eMs },
  { header: 'schedule_lag_ms', value: scheduleLagMs },
  { header: 'content_events', value: ({ event_ms }) => event_ms.length },
  ...TOKEN_FIELDS.map(fieldColumn),
]

/** How requests are written out. */
export type RequestWriter = {
  /** What comes first. */
  head: string
  /** The text of some requests. */
  rows: (requests: readonly RequestRecord[]) => string
  /** A last line that is no request: an answer under way can tell in no other way that it is not complete. */
  failure: (message: string) => string
}

const csv = (rows: Cell[][]): string => stringify(rows, { record_delimiter: 'windows' })

/** CSV (RFC 4180) with a header, one row a request; formulas are neutralised, no value is an empty cell. */
export const REQUESTS_CSV: RequestWriter = {
  head: csv([COLUMNS.map((column) => column.header)]),
  rows: (requests) =>
    csv(requests.map((request) => COLUMNS.map((column) => neutralise(column.value(request))))),
  failure: (message) => csv([[`ERROR: ${message}`]]),
}

/** JSON Lines: one RequestRecord a line, with the time and the tokens of every content event. */
export const REQUESTS_JSONL: RequestWriter = {
  head: '',
  rows: (requests) => requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
  failure: (message) => `${JSON.stringify({ error: { message } })}\n`,
}
