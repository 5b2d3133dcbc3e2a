import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentCreated, Problem, RunAccepted, type RunDefinitionInput } from '@llm-loadtest/schema'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Db, withDb } from '../db/client.ts'
import { type ControlPlane, startControlPlane } from '../local/index.ts'
import { cutOpenSockets } from './socket.ts'

export type Answer = { status: number; headers: Headers; text: string; json: () => unknown }
type Vars = Record<string, string>
type Call = { body?: unknown; headers?: Record<string, string> }

/** The control plane of a test file: a real worker over a real database, started once, with its calls. */
export class TestControlPlane {
  #running: ControlPlane | undefined
  readonly logLines: string[] = []

  get running(): ControlPlane {
    if (!this.#running) throw new Error('the control plane has not been started')
    return this.#running
  }

  get url(): string {
    return this.running.url
  }

  get socketUrl(): string {
    return this.url.replace('http:', 'ws:')
  }

  /** `body` is sent as JSON; a string goes as it is. */
  async call(method: string, path: string, { body, headers = {} }: Call = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }

  async startRun(change: Partial<RunDefinitionInput> = {}): Promise<string> {
    const body = { server_url: 'http://llm.test:8000', model: 'test-model', ...change }
    const answer = await this.call('POST', '/api/v1/benchmark/run', { body })
    return RunAccepted.parse(answer.json()).run_id
  }

  async mintAgent(name = 'agent') {
    const answer = await this.call('POST', '/api/v1/agents', { body: { name } })
    return AgentCreated.parse(answer.json())
  }

  /** Works on the worker's database. */
  db<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const { url: databaseUrl, authToken: databaseToken } = this.running.database
    return withDb({ databaseUrl, databaseToken }, work)
  }

  async start(dataDir: string, vars: Vars, assetsDirectory: string | null): Promise<void> {
    const log = (line: string) => void this.logLines.push(line)
    const all = { ...UNLIMITED, ...vars }
    this.#running = await startControlPlane({ dataDir, vars: all, assetsDirectory, log })
  }
}

/** All of a file's tests come from one address, faster than people do. */
const UNLIMITED = { LLM_LOADTEST_RATE_LIMIT: '0', LLM_LOADTEST_AUTH_FAILURE_LIMIT: '0' }
const START_TIMEOUT_MS = 60_000

/**
 * Starts a control plane before the tests of the file or block this is called in, and ends it after them.
 * Sockets a test left open are cut at its end.
 */
export function useControlPlane(
  vars: Vars | (() => Vars) = {},
  assetsDirectory: string | null = null,
): TestControlPlane {
  const controlPlane = new TestControlPlane()
  const dataDir = mkdtempSync(join(tmpdir(), 'control-plane-'))
  const chosen = () => (typeof vars === 'function' ? vars() : vars)
  beforeAll(() => controlPlane.start(dataDir, chosen(), assetsDirectory), START_TIMEOUT_MS)
  afterEach(cutOpenSockets)
  afterAll(async () => {
    await controlPlane.running.close()
    rmSync(dataDir, { recursive: true })
  }, START_TIMEOUT_MS)
  return controlPlane
}

/** The error of a problem body; fails when the body is anything else. */
export function problem(answer: Answer): Problem['error'] {
  return Problem.parse(answer.json()).error
}
