import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AgentCreated, ApiKeyCreated, RunAccepted, ViewerMessage } from '@llm-loadtest/schema'
import ExcelJS from 'exceljs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useControlPlane } from './testing/control-plane.ts'
import { FakeAgent } from './testing/fake-agent.ts'
import { batch, COMPLETE, levelEvent, requestRecord } from './testing/samples.ts'
import { openSocket } from './testing/socket.ts'

/** The secrets of a whole life of a run; each is looked for wherever something is written or answered. */
const TARGET_KEY = 'sk-planted-target-key-5Qm8Zr2TxW'
const HEADER_VALUE = 'planted-header-value-9Lk4Vb7Nc'
const ADMIN_KEY = 'planted-admin-key-3Gh6Jd1Sf0'
const secrets: Record<string, string> = { TARGET_KEY, HEADER_VALUE, ADMIN_KEY }

const controlPlane = useControlPlane({ LLM_LOADTEST_API_KEY: ADMIN_KEY })
const answers: string[] = []

/** Calls with the admin key and keeps what came back, headers included. */
async function call(method: string, path: string, body?: unknown) {
  const headers = { 'X-API-Key': ADMIN_KEY, 'Idempotency-Key': `${method} ${path}` }
  const answer = await controlPlane.call(method, path, { headers, body })
  answers.push(answer.text, JSON.stringify([...answer.headers]))
  return answer
}

/** Calls without keeping the answer: it shows a secret this once. */
async function callForSecret(path: string, body: unknown) {
  const headers = { 'X-API-Key': ADMIN_KEY }
  return controlPlane.call('POST', `/api/v1${path}`, { headers, body })
}

/** The names of the secrets that a text or file holds. */
function found(content: string | Buffer): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => (content.includes(secret) ? [name] : []))
}

/** What is found on the disk: in the database, its log of writes, and the Durable Objects' storage. */
function foundOnDisk(): { files: number; found: string[] } {
  const folder = controlPlane.running.dataDir
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = paths.map((path) => join(folder, path)).filter((path) => statSync(path).isFile())
  return { files: files.length, found: files.flatMap((file) => found(readFileSync(file))) }
}

function expectCleanDisk(): void {
  const { files, found: leaks } = foundOnDisk()
  expect(leaks).toEqual([])
  expect(files).toBeGreaterThan(3)
}

describe('no secret is written or answered in clear', () => {
  let runId = ''
  let token = ''

  beforeAll(async () => {
    const minted = AgentCreated.parse((await callForSecret('/agents', { name: 'agent' })).json())
    const made = ApiKeyCreated.parse((await callForSecret('/keys', { name: 'k', scope: 'run' })).json())
    const login = await callForSecret('/session', { api_key: made.key })
    const cookie = /=(ses_[\w-]+)/.exec(login.headers.get('set-cookie') ?? '')?.[1] ?? ''
    expect(cookie).toMatch(/^ses_/)
    Object.assign(secrets, { AGENT_TOKEN: minted.token, MINTED_KEY: made.key, SESSION: cookie })
    const wrong = { server_url: 'nowhere', model: 'm', api_key: TARGET_KEY, headers: { 'X-A': HEADER_VALUE } }
    expect((await call('POST', '/api/v1/benchmark/run', wrong)).status).toBe(422)
    const definition = { ...wrong, server_url: 'http://llm.test', agent_id: minted.agent_id }
    const started = await call('POST', '/api/v1/benchmark/run', definition)
    runId = RunAccepted.parse(started.json()).run_id
    token = minted.token
  })

  it('over the life of a run: only its agent is told', async () => {
    expectCleanDisk()
    const { agent } = await FakeAgent.join(controlPlane, token)
    const run = await agent.accept(runId)
    expect(run.definition).toMatchObject({ api_key: TARGET_KEY, headers: { 'X-A': HEADER_VALUE } })
    const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/${runId}`
    const viewer = await openSocket(url, ViewerMessage, { headers: { 'X-API-Key': ADMIN_KEY } })
    const isSnapshot = (message: ViewerMessage) => message.type === 'snapshot'
    answers.push(JSON.stringify(await viewer.take('the snapshot', (message) => isSnapshot(message))))
    expectCleanDisk()

    agent.event(runId, 1, batch([requestRecord(0)]))
    agent.event(runId, 2, levelEvent())
    agent.event(runId, 3, COMPLETE)
    await agent.acked(runId, 3)
    const result = `/api/v1/benchmark/result/${runId}`
    const paths = [
      `/api/v1/benchmark/run/${runId}`,
      result,
      ...['csv', 'json', 'vllm', 'aiperf'].map((format) => `${result}/export?format=${format}`),
      ...['csv', 'jsonl'].map((format) => `${result}/requests?format=${format}`),
      '/api/v1/benchmark/history',
      '/api/v1/agents',
      '/api/v1/keys',
      '/api/v1/session',
      '/metrics',
    ]
    for (const path of paths) expect([path, (await call('GET', path)).status]).toEqual([path, 200])
    answers.push(await workbookText(`${result}/export?format=xlsx`))
    expect(answers.flatMap(found)).toEqual([])
    // That the key is looked for where it would be: masked, it is there.
    expect(answers.some((text) => text.includes('sk-…2TxW'))).toBe(true)
    expect(found(controlPlane.logLines.join('\n'))).toEqual([])
    expect(controlPlane.logLines.length).toBeGreaterThan(paths.length)
    expectCleanDisk()
  })

  it('when requests bring secrets that are wrong, or to the wrong place', async () => {
    const headers = { 'X-API-Key': `${ADMIN_KEY}x`, Authorization: `Bearer ${TARGET_KEY}` }
    const refused = await controlPlane.call('GET', `/api/v1/${TARGET_KEY}?key=${ADMIN_KEY}`, { headers })
    expect([refused.status, found(refused.text)]).toEqual([401, []])
    const broken = await call('POST', '/api/v1/benchmark/run', `{"api_key": "${TARGET_KEY}", `)
    expect([broken.status, found(broken.text)]).toEqual([400, []])
    expect(found(controlPlane.logLines.join('\n').replaceAll(`/api/v1/${TARGET_KEY}`, ''))).toEqual([])
  })
})

/** All that a workbook's cells hold: its file is compressed. */
async function workbookText(path: string): Promise<string> {
  const response = await fetch(`${controlPlane.url}${path}`, { headers: { 'X-API-Key': ADMIN_KEY } })
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load(await response.arrayBuffer())
  const text = JSON.stringify(workbook.worksheets.map((sheet) => sheet.getSheetValues()))
  expect(text).toContain('http://llm.test')
  return text
}
