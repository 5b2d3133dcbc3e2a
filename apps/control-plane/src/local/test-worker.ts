import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import { temporaryFolder } from './hrana/test-server.ts'
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './start-worker.ts'

const DATABASE_CLIENT = new URL(import.meta.resolve('@libsql/client/web')).pathname

const WRANGLER_TOML = `
name = "fixture"
main = "worker.ts"
compatibility_date = "2026-07-15"
compatibility_flags = ["nodejs_compat"]
[assets]
directory = "web"
binding = "ASSETS"
not_found_handling = "single-page-application"
run_worker_first = ["/api/*"]
[vars]
LEASE_MS = "60000"
FROM_CONFIG = "yes"
[[durable_objects.bindings]]
name = "COUNTER"
class_name = "Counter"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]
`

const WORKER = `
import { DurableObject } from 'cloudflare:workers'
import { createHash } from 'crypto'
import { createClient } from ${JSON.stringify(DATABASE_CLIENT)}
import { legacyPath } from './legacy.cjs'

export class Counter extends DurableObject {
  async next() {
    const value = ((await this.ctx.storage.get('value')) ?? 0) + 1
    await this.ctx.storage.put('value', value)
    return value
  }
}

async function answer(request: Request, env: any) {
  switch (new URL(request.url).pathname) {
    case '/api/v1/health': return new Response('fine', { status: env.HEALTH ? Number(env.HEALTH) : 200 })
    case '/api/vars': return Response.json({ lease: env.LEASE_MS, config: env.FROM_CONFIG, key: env.LLM_LOADTEST_API_KEY ?? null, secret: env.LLM_LOADTEST_SECRET })
    case '/api/count': return Response.json(await env.COUNTER.get(env.COUNTER.idFromName('one')).next())
    case '/api/log': console.log('said by the worker'); return new Response('said')
    case '/api/node': return Response.json([createHash('sha256').update('a').digest('hex').slice(0, 8), legacyPath])
    case '/api/add': {
      const client = createClient({ url: env.LIBSQL_URL, authToken: env.LIBSQL_AUTH_TOKEN })
      await client.execute('INSERT INTO notes(text) VALUES (?)', ['hello'])
      return Response.json((await client.execute('SELECT count(*) AS n FROM notes')).rows[0].n)
    }
  }
  return new Response('no such path', { status: 404 })
}
export default { fetch: answer }
`

/** A folder with a small worker that exercises what the runtime gives it, its configuration, page and migration. */
export function writeFixture(worker: string = WORKER): string {
  const folder = temporaryFolder()
  for (const name of ['web', 'drizzle/meta']) mkdirSync(join(folder, name), { recursive: true })
  const entry = { idx: 0, version: '6', when: 1_750_000_000_000, tag: '0000_notes', breakpoints: true }
  const files = {
    'wrangler.toml': WRANGLER_TOML,
    'worker.ts': worker,
    'legacy.cjs': "exports.legacyPath = require('path').join('a', 'b')",
    'web/index.html': '<title>the page</title>',
    'drizzle/0000_notes.sql': 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
    'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'sqlite', entries: [entry] }),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** Starts the fixture with its data in `fixture`/data, and closes it when the test ends. */
export async function startFixture(
  fixture: string,
  options: Partial<ControlPlaneOptions> = {},
): Promise<ControlPlane> {
  const controlPlane = await startControlPlane({
    dataDir: join(fixture, 'data'),
    configPath: join(fixture, 'wrangler.toml'),
    migrationsFolder: join(fixture, 'drizzle'),
    ...options,
  })
  onTestFinished(() => controlPlane.close())
  return controlPlane
}
