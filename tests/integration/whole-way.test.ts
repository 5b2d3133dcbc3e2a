import { startControlPlane } from '@llm-loadtest/control-plane'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { logToStderr } from '@llm-loadtest/local'
import { summaryCsv, summaryTable } from '@llm-loadtest/report'
import { RequestRecord } from '@llm-loadtest/schema'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from '../support/api.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let simulator: Awaited<ReturnType<typeof startSimulator>>
let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let agent: Program
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  controlPlane = await startControlPlane({
    dataDir: `${folder.path}/data`,
    assetsDirectory: null,
    log: logToStderr('warn'),
  })
  api = testApi(controlPlane.url)
  const { token } = await api.mintAgent('whole-way')
  agent = runProgram(
    'apps/agent/bin/agent.js',
    ['--control-plane', controlPlane.url, '--state-dir', `${folder.path}/agent`, '--slots', '5'],
    { LLM_LOADTEST_TOKEN: token },
  )
  await api.waitForAgents(1)
})

afterAll(async () => {
  agent.kill('SIGTERM')
  await agent.exited
  await controlPlane.close()
  await simulator.close()
  folder.remove()
})

describe('a benchmark from definition to result', () => {
  it('measures every request of every level and exports the same figures', async () => {
    const runId = await api.startRun({
      server_url: simulator.url,
      concurrency: [1, 4],
      num_prompts: 12,
      output_len: 16,
    })
    const result = await api.waitForEnd(runId)
    expect(result).toMatchObject({
      status: 'completed',
      error: null,
      summary: { total_requests: 24, failed_requests: 0 },
    })
    expect(result.results.map((level) => [level.concurrency, level.successful_requests])).toEqual([
      [1, 12],
      [4, 12],
    ])
    expect(result.results.map((level) => level.tokens.output_tokens)).toEqual([12 * 16, 12 * 16])
    expect(result.results.map((level) => level.tokens.input_tokens)).toEqual([12 * 256, 12 * 256])

    const download = (format: string) =>
      fetch(`${controlPlane.url}/api/v1/benchmark/result/${runId}/export?format=${format}`)
    const csv = await download('csv')
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename=/)
    expect(await csv.text()).toBe(summaryCsv(result))
    const workbook = new ExcelJS.Workbook()
    await workbook.xlsx.load(await (await download('xlsx')).arrayBuffer())
    const table = summaryTable(result)
    const sheet = workbook.getWorksheet('Summary')
    const lines = [table.header, ...table.rows]
    const cells = lines.map((line, row) =>
      line.map((_, column) => sheet?.getCell(row + 1, column + 1).value ?? null),
    )
    expect(cells).toEqual(lines)
  })

  it('exports every request, from which other tools make what they would have written', async () => {
    const runId = await api.startRun({
      server_url: simulator.url,
      concurrency: [1, 4],
      num_prompts: 12,
      output_len: 16,
      ignore_eos: true,
      warmup: 2,
    })
    const result = await api.waitForEnd(runId)
    const of = async (path: string) =>
      (await fetch(`${controlPlane.url}/api/v1/benchmark/result/${runId}/${path}`)).text()
    const records = (await of('requests?format=jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => RequestRecord.parse(JSON.parse(line)))
    expect(records).toHaveLength(2 * (12 + 2))
    expect((await of('requests?format=csv&level=1')).split('\r\n')).toHaveLength(1 + 12 + 2 + 1)
    const vllm = JSON.parse(await of('export?format=vllm&level=1'))
    expect(vllm).toMatchObject({ completed: 12, failed: 0, total_output_tokens: 12 * 16, max_concurrency: 4 })
    const aiperf = JSON.parse(await of('export?format=aiperf&level=1'))
    expect(aiperf).toMatchObject({ request_count: { avg: 12 }, total_osl: { avg: 12 * 16 } })
    // Their clock starts before the connection is opened, ours when it is.
    const opening = Math.max(...records.map((record) => record.connect_ms ?? 0))
    const ours = result.results[1]?.e2e_latency?.p50 ?? Number.NaN
    expect(aiperf.request_latency.p50 - ours).toBeGreaterThanOrEqual(-0.001)
    expect(aiperf.request_latency.p50 - ours).toBeLessThanOrEqual(opening + 0.001)
  })

  it('runs five benchmarks at once, each complete', async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        api.startRun({
          name: `five ${n}`,
          server_url: simulator.url,
          concurrency: [2],
          num_prompts: 10,
          output_len: 8,
        }),
      ),
    )
    const results = await Promise.all(ids.map((id) => api.waitForEnd(id)))
    expect(results.map((result) => [result.status, result.summary.successful_requests])).toEqual(
      ids.map(() => ['completed', 10]),
    )
  })

  it('fails a run whose target cannot be reached, and says what to check', async () => {
    const runId = await api.startRun({ server_url: 'http://127.0.0.1:1', num_prompts: 2 })
    const result = await api.waitForEnd(runId)
    expect(result).toMatchObject({ status: 'failed', error: { code: 'target_unreachable' } })
    expect(result.error?.message).toContain('127.0.0.1:1')
  })
})
