import { REQUESTS_CSV, REQUESTS_JSONL } from '@llm-loadtest/report'
import type { RequestRecord } from '@llm-loadtest/schema'
import { beforeAll, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { corruptBatch } from '../testing/corrupt-batch.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { batch, requestRecord } from '../testing/samples.ts'

const controlPlane = useControlPlane()
const BATCHES = 11
const RECORDS: RequestRecord[] = Array.from({ length: 2 * BATCHES }, (_, index) =>
  requestRecord(index, { level_index: index < BATCHES ? 0 : 1, request_id: `=request-${index}` }),
)
const rest = RECORDS.slice(2)
let runId = ''

const path = (id: string, query: string) => `/api/v1/benchmark/result/${id}/requests?${query}`
const download = (query: string, id = runId) => controlPlane.call('GET', path(id, query))

/** A run of two levels that is running. */
async function startedRun() {
  const { agent_id, token } = await controlPlane.mintAgent()
  const id = await controlPlane.startRun({ agent_id, name: '요청 기록', concurrency: [1, 10] })
  const { agent } = await FakeAgent.join(controlPlane, token)
  await agent.accept()
  return { id, agent }
}

beforeAll(async () => {
  const { id, agent } = await startedRun()
  runId = id
  for (const [i, record] of RECORDS.entries()) agent.event(runId, i + 1, batch([record]))
  await agent.acked(runId, RECORDS.length)
})

it('is every record as a JSON line, while the run goes on', async () => {
  const answer = await download('format=jsonl')
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="llm-loadtest-${runId}.requests.jsonl"; ` +
      `filename*=UTF-8''llm-loadtest-${encodeURIComponent('요청-기록')}-${runId}.requests.jsonl`,
  )
  expect(answer.text).toBe(REQUESTS_JSONL.rows(RECORDS))
})

it('is every record as a CSV row, no formula among them', async () => {
  const answer = await download('format=csv')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.text).toBe(REQUESTS_CSV.head + REQUESTS_CSV.rows(RECORDS))
  expect(answer.text).toContain("\r\n'=request-0,")
})

it('is of one level', async () => {
  const answer = await download('format=jsonl&level=1')
  expect(answer.headers.get('content-disposition')).toContain(`${runId}-level-1.requests.jsonl"`)
  expect(answer.text).toBe(REQUESTS_JSONL.rows(RECORDS.slice(BATCHES)))
})

it('has a header alone before anything is stored', async () => {
  const { agent_id } = await controlPlane.mintAgent()
  const pending = await controlPlane.startRun({ agent_id })
  expect((await download('format=csv', pending)).text).toBe(REQUESTS_CSV.head)
  expect((await download('format=jsonl', pending)).text).toBe('')
})

it.each([
  ['', 'format'],
  ['format=xlsx', 'format'],
  ['format=csv&level=2', 'level'],
  ['format=csv&level=-1', 'level'],
  ['format=csv&level=', 'level'],
  ['format=csv&page=1', 'page'],
])('answers 422 to %j', async (query, field) => {
  const answer = await download(query)
  expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, field])
})

it('ends at a batch that cannot be read, and says so, rather than pass over it', async () => {
  const { id, agent } = await startedRun()
  for (const [i, record] of rest.entries()) agent.event(id, i + 1, batch([record]))
  await agent.acked(id, rest.length)
  await corruptBatch(controlPlane, id, rest.length)
  const lines = (await download('format=jsonl', id)).text.split('\n')
  expect(lines).toHaveLength(rest.length + 1)
  expect(lines.at(-2)).toMatch(/^{"error":{"message":"Not complete: /)
  expect(controlPlane.logLines.some((line) => line.includes('a download of request records broke off'))).toBe(
    true,
  )
})
