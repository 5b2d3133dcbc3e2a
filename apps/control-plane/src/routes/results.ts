import { createRoute, z } from '@hono/zod-openapi'
import { gpuCsv, gpuSamplesCsv, resultWorkbook, summaryCsv } from '@llm-loadtest/report'
import { RunResult } from '@llm-loadtest/schema'
import { sha256Hex } from '../domain/tokens.ts'
import { newRouter } from '../http.ts'
import { requires } from '../middleware/scope.ts'
import { rawJson } from '../openapi/raw-json.ts'
import { jsonResponse, problems } from '../openapi/responses.ts'
import { readResult, readResultText } from '../runs/read-result.ts'
import { RunParams } from './runs.ts'

const tags = ['Results']
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const binary = { schema: { type: 'string', format: 'binary' } } as const

const CsvTable = z.enum(['summary', 'gpu', 'gpu_samples'])
const CSV_OF: Record<z.infer<typeof CsvTable>, (run: RunResult) => string> = {
  summary: summaryCsv,
  gpu: gpuCsv,
  gpu_samples: gpuSamplesCsv,
}

const result = createRoute({
  method: 'get',
  path: '/benchmark/result/{run_id}',
  operationId: 'getResult',
  tags,
  summary: "A run's result; partial until it has ended",
  middleware: requires('read'),
  request: {
    params: RunParams,
    headers: z.object({ 'if-none-match': z.string().optional().meta({ description: 'The ETag you have.' }) }),
  },
  responses: {
    200: jsonResponse(RunResult, 'The result.'),
    304: { description: 'Not changed since the ETag given.' },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

const exported = createRoute({
  method: 'get',
  path: '/benchmark/result/{run_id}/export',
  operationId: 'exportResult',
  tags,
  summary: 'Download a result',
  middleware: requires('read'),
  request: {
    params: RunParams,
    query: z.strictObject({
      format: z.enum(['csv', 'xlsx', 'json']),
      table: CsvTable.optional().meta({ description: 'Of a CSV; `summary` when left out.' }),
    }),
  },
  responses: {
    200: {
      description: 'The file, as an attachment.',
      content: {
        'text/csv': { schema: { type: 'string' } },
        [XLSX]: binary,
        'application/json': { schema: RunResult },
      },
    },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

type ExportFormat = 'csv' | 'xlsx' | 'json'

async function file(
  run: RunResult,
  format: ExportFormat,
  table: z.infer<typeof CsvTable>,
): Promise<{ type: string; body: string | Uint8Array }> {
  switch (format) {
    case 'csv':
      return { type: 'text/csv; charset=utf-8', body: CSV_OF[table](run) }
    case 'xlsx':
      return { type: XLSX, body: await resultWorkbook(run) }
    case 'json':
      return { type: 'application/json', body: JSON.stringify(run, null, 2) }
    default:
      return format satisfies never
  }
}

export const resultRoutes = newRouter()
  .openapi(result, async (c) => {
    const { run_id } = c.req.valid('param')
    const text = await readResultText(c, run_id)
    const etag = `"${await sha256Hex(text)}"`
    const known = c.req
      .valid('header')
      ['if-none-match']?.split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''))
    const headers = { ETag: etag, 'Cache-Control': 'private, no-cache' }
    if (known?.some((tag) => tag === etag || tag === '*')) return c.body(null, 304, headers)
    return rawJson<RunResult>(text, headers)
  })
  .openapi(exported, async (c) => {
    const { run_id } = c.req.valid('param')
    const { format, table = 'summary' } = c.req.valid('query')
    const run = await readResult(c, run_id)
    const { type, body } = await file(run, format, table)
    const suffix = format === 'csv' && table !== 'summary' ? `-${table}` : ''
    return c.body(typeof body === 'string' ? body : Uint8Array.from(body), 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="llm-loadtest-${run_id}${suffix}.${format}"`,
    })
  })
