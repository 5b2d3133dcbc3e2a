import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Client } from '@libsql/client'
import { createClient } from '@libsql/client/web'
import { onTestFinished } from 'vitest'

import { type HranaServer, type HranaServerOptions, startHranaServer } from './server.ts'

export const TEST_TOKEN = 'the-token-of-this-test'

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hrana-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server over a new database file, closed when the test ends. */
export async function startTestServer(options: Partial<HranaServerOptions> = {}): Promise<HranaServer> {
  const path = options.path ?? join(temporaryFolder(), 'test.db')
  const server = await startHranaServer({ token: TEST_TOKEN, ...options, path })
  onTestFinished(() => server.close())
  return server
}

/** The client the worker uses. */
export function connect({ url }: HranaServer, authToken = TEST_TOKEN): Client {
  const client = createClient({ url, authToken })
  onTestFinished(() => client.close())
  return client
}

/** Sends a pipeline as it stands, for what no client would send. */
export async function postPipeline(server: HranaServer, body: unknown, token = TEST_TOKEN) {
  const response = await fetch(`${server.url}/v2/pipeline`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { status: response.status, body: answer }
}

/** The `code` an expected failure carries. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof Error && 'code' in error ? error.code : error
}
