import { z } from 'zod'

/*
 * The messages of Hrana 2 over HTTP with JSON, which is what @libsql/client speaks to an http: URL.
 * Specification: https://github.com/tursodatabase/libsql/blob/main/docs/HTTP_V2_SPEC.md
 */

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

const Int64 = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .refine((text) => BigInt(text) >= MIN_INT64 && BigInt(text) <= MAX_INT64, 'not a 64-bit integer')

const WireValue = z.discriminatedUnion('type', [
  z.object({ type: z.literal('null') }),
  z.object({ type: z.literal('integer'), value: Int64 }),
  z.object({ type: z.literal('float'), value: z.number() }),
  z.object({ type: z.literal('text'), value: z.string() }),
  z.object({ type: z.literal('blob'), base64: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/) }),
])

const SqlSource = z.object({ sql: z.string().nullish(), sql_id: z.int().nullish() })

const Statement = SqlSource.extend({
  args: z.array(WireValue).default([]),
  named_args: z.array(z.object({ name: z.string(), value: WireValue })).default([]),
  want_rows: z.boolean().default(true),
})

/** When a step of a batch runs: by the outcome of earlier steps. */
export type BatchCondition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: BatchCondition }
  | { type: 'and' | 'or'; conds: BatchCondition[] }

const BatchConditionSchema: z.ZodType<BatchCondition> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.enum(['ok', 'error']), step: z.int().nonnegative() }),
    z.object({ type: z.literal('not'), cond: BatchConditionSchema }),
    z.object({ type: z.enum(['and', 'or']), conds: z.array(BatchConditionSchema) }),
  ]),
)

const BatchStep = z.object({ condition: BatchConditionSchema.nullish(), stmt: Statement })

const StreamRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('execute'), stmt: Statement }),
  z.object({ type: z.literal('batch'), batch: z.object({ steps: z.array(BatchStep) }) }),
  SqlSource.extend({ type: z.literal('sequence') }),
  SqlSource.extend({ type: z.literal('describe') }),
  z.object({ type: z.literal('store_sql'), sql_id: z.int(), sql: z.string() }),
  z.object({ type: z.literal('close_sql'), sql_id: z.int() }),
])

/** The body of `POST /v2/pipeline`. */
export const PipelineRequest = z.object({ baton: z.string().nullish(), requests: z.array(StreamRequest) })

export type WireValue = z.infer<typeof WireValue>
export type SqlSource = z.infer<typeof SqlSource>
export type Statement = z.infer<typeof Statement>
export type BatchStep = z.infer<typeof BatchStep>
export type StreamRequest = z.infer<typeof StreamRequest>
export type PipelineRequest = z.infer<typeof PipelineRequest>

export interface WireError {
  message: string
  code: string
}

export interface StatementResult {
  cols: { name: string; decltype: string | null }[]
  rows: WireValue[][]
  affected_row_count: number
  last_insert_rowid: string | null
}

export interface BatchResult {
  step_results: (StatementResult | null)[]
  step_errors: (WireError | null)[]
}

export type StreamResponse =
  | { type: 'close' | 'sequence' | 'store_sql' | 'close_sql' }
  | { type: 'execute'; result: StatementResult }
  | { type: 'batch'; result: BatchResult }

export type StreamResult = { type: 'ok'; response: StreamResponse } | { type: 'error'; error: WireError }

/** The answer to `POST /v2/pipeline`; the baton names the stream that stays open, null when it was closed. */
export interface PipelineResponse {
  baton: string | null
  base_url: null
  results: StreamResult[]
}
