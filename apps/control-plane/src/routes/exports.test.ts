import {
  AiperfExport,
  gpuCsv,
  gpuSamplesCsv,
  resultWorkbook,
  summaryCsv,
  VllmExport,
} from '@llm-loadtest/report'
import { loadLevels, type RequestRecord, RunResult, RunView } from '@llm-loadtest/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { endedRun } from '../testing/ended-run.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, gpuEvent, levelEvent, requestRecord } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const RESULT = '/api/v1/benchmark/result'
let runId = ''

beforeAll(async () => {
  const events = [gpuEvent(1000, { first: true }), levelEvent()]
  runId = await endedRun(controlPlane, { name: '../=evil "name"\r\n' }, events)
})

/** A run that waits for an agent that never comes. */
async function pendingRun(name?: string): Promise<string> {
  const { agent_id } = await controlPlane.mintAgent()
  return controlPlane.startRun({ agent_id, name })
}

const download = (id: string, query: string) => controlPlane.call('GET', `${RESULT}/${id}/export${query}`)

describe('the export', () => {
  const name = () => `llm-loadtest-evil-name-${runId}`
  const stored = async () => RunResult.parse((await controlPlane.call('GET', `${RESULT}/${runId}`)).json())

  it('is the CSV of the result, as an attachment with a safe name', async () => {
    const answer = await download(runId, '?format=csv')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name()}.csv"`)
    expect(answer.text).toBe(summaryCsv(await stored()))
    expect(answer.text).toContain('Concurrency,Throughput (tok/s)')
  })

  it.each([
    ['gpu', gpuCsv],
    ['gpu_samples', gpuSamplesCsv],
  ])('is the CSV of the table %s', async (table, csv) => {
    const answer = await download(runId, `?format=csv&table=${table}`)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name()}-${table}.csv"`)
    expect(answer.text).toBe(csv(await stored()))
    expect(answer.text.split('\r\n').length).toBeGreaterThan(2)
  })

  it('is a workbook', async () => {
    const response = await fetch(`${controlPlane.url}${RESULT}/${runId}/export?format=xlsx`)
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name()}.xlsx"`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const expected = await resultWorkbook(await stored())
    expect([...bytes.slice(0, 4)]).toEqual([0x50, 0x4b, 3, 4])
    expect(Math.abs(bytes.length - expected.length)).toBeLessThan(200)
  })

  it('is the JSON of the result', async () => {
    const answer = await download(runId, '?format=json')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name()}.json"`)
    expect(answer.json()).toEqual(await stored())
  })

  it.each([
    ['?format=pdf', 'format'],
    ['', 'format'],
    ['?format=csv&colour=red', 'colour'],
    ['?format=csv&table=errors', 'table'],
    ['?format=json&table=gpu', 'table'],
    ['?format=csv&level=0', 'level'],
    ['?format=vllm&level=0x0', 'level'],
    ['?format=vllm&level=1', 'level'],
  ])('answers 422 to %s', async (query, path) => {
    const answer = await download(runId, query)
    expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, path])
  })

  it('keeps the letters of a name that is not ASCII', async () => {
    const id = await pendingRun('한국어 모델 🚀')
    const answer = await download(id, '?format=csv')
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="llm-loadtest-${id}.csv"; ` +
        `filename*=UTF-8''llm-loadtest-${encodeURIComponent('한국어-모델-🚀')}-${id}.csv`,
    )
  })
})

describe('the export in the shape of other tools', () => {
  const first = [0, 1, 2].map((index) => requestRecord(index))
  const second = Array.from({ length: 7 }, (_, index) => requestRecord(index, { level_index: 1 }))
  let twoLevels = ''

  beforeAll(async () => {
    const { agent_id, token } = await controlPlane.mintAgent()
    twoLevels = await controlPlane.startRun({ agent_id, name: 'two', concurrency: [1, 10] })
    const { agent } = await FakeAgent.join(controlPlane, token)
    await agent.accept()
    agent.event(twoLevels, 1, batch(first))
    // More batches than are read at once.
    for (const [i, record] of second.entries()) agent.event(twoLevels, i + 2, batch([record]))
    await agent.acked(twoLevels, second.length + 1)
  })

  async function expected(
    Export: typeof VllmExport | typeof AiperfExport,
    records: RequestRecord[],
    index: number,
  ) {
    const run = RunView.parse((await controlPlane.call('GET', `/api/v1/benchmark/run/${twoLevels}`)).json())
    const [level] = loadLevels(run.config).slice(index)
    if (!level) throw new Error('the run has two levels')
    const content = new Export(run.config.goodput_thresholds)
    for (const record of records) content.add(record)
    return content.content({ run, level })
  }

  it.each([
    ['vllm', VllmExport],
    ['aiperf', AiperfExport],
  ] as const)('%s is of all records of a level, while the run goes on', async (format, Export) => {
    const answer = await download(twoLevels, `?format=${format}&level=1`)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="llm-loadtest-two-${twoLevels}-level-1.${format}.json"`,
    )
    expect(answer.json()).toEqual(await expected(Export, second, 1))
    expect(answer.json()).not.toEqual(await expected(Export, first, 1))
  })

  it('asks which level of several', async () => {
    const answer = await download(twoLevels, '?format=aiperf')
    const message = 'this format is of one level: give 0 (concurrency 1), 1 (concurrency 10)'
    expect([answer.status, problem(answer).details]).toEqual([422, [{ path: 'level', message }]])
  })

  it('takes the only level, of a run of which nothing is stored yet', async () => {
    const answer = await download(await pendingRun(), '?format=vllm')
    expect(answer.json()).toMatchObject({ completed: 0, mean_ttft_ms: null, model_id: 'test-model' })
  })
})
