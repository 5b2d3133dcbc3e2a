import { createRoute, z } from '@hono/zod-openapi'
import { MAX_LEVELS } from '@llm-loadtest/schema'
import { contentDisposition } from '../domain/attachment.ts'
import { readSettings } from '../env.ts'
import { newRouter } from '../http.ts'
import { requires } from '../middleware/scope.ts'
import { problems } from '../openapi/responses.ts'
import { CsvTable, isOtherTool, otherToolFile, resultFile, XLSX } from '../runs/export-files.ts'
import { readResult } from '../runs/read-result.ts'
import { RunParams } from './runs.ts'
import { wholeNumber } from './whole-number.ts'

const ExportQuery = z
  .strictObject({
    format: z.enum(['csv', 'xlsx', 'json', 'vllm', 'aiperf']).meta({
      description: '`vllm`, `aiperf`: a load level in the shape of the result files of these tools.',
    }),
    table: CsvTable.optional().meta({ description: 'Of a CSV; `summary` when left out.' }),
    level: wholeNumber(0, MAX_LEVELS - 1)
      .optional()
      .meta({
        description:
          'Of `vllm` and `aiperf`: the load level, numbered from 0; needed when there are several.',
      }),
  })
  .superRefine(({ format, table, level }, ctx) => {
    const refuse = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
    if (table !== undefined && format !== 'csv') refuse('table', 'applies to format csv only')
    if (level !== undefined && !isOtherTool(format)) refuse('level', 'applies to format vllm or aiperf only')
  })

const exported = createRoute({
  method: 'get',
  path: '/benchmark/result/{run_id}/export',
  operationId: 'exportResult',
  tags: ['Results'],
  summary: 'Download a result',
  middleware: requires('read'),
  request: { params: RunParams, query: ExportQuery },
  responses: {
    200: {
      description: 'The file, as an attachment.',
      content: {
        'text/csv': { schema: { type: 'string' } },
        [XLSX]: { schema: { type: 'string', format: 'binary' } },
        'application/json': {
          schema: { anyOf: [{ $ref: '#/components/schemas/RunResult' }, { type: 'object' }] },
        },
      },
    },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

export const exportRoutes = newRouter().openapi(exported, async (c) => {
  const { run_id } = c.req.valid('param')
  const { format, table = 'summary', level } = c.req.valid('query')
  const file = isOtherTool(format)
    ? await otherToolFile(readSettings(c.env), run_id, format, level)
    : await resultFile(await readResult(c, run_id), format, table)
  const body = typeof file.body === 'string' ? file.body : Uint8Array.from(file.body)
  return c.body(body, 200, { 'Content-Type': file.type, 'Content-Disposition': contentDisposition(file) })
})
