import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

import { claimDataDir } from './data-dir.ts'
import { reasonOf, WorkerStartError } from './errors.ts'
import { startFront } from './front/front.ts'
import { TRUSTED_PROXIES, trustedProxies } from './front/trusted-proxies.ts'
import { startHranaServer } from './hrana/server.ts'
import { assertMayListen, assertPortFree } from './listen-address.ts'
import { migrateDatabase } from './migrate.ts'
import { withRateLimits } from './rate-limits.ts'
import { startSchedule } from './schedule.ts'
import { bundleWorker } from './worker-bundle.ts'
import { startWorkerRuntime } from './worker-runtime.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const HEALTH_PATH = '/api/v1/health'
const HEALTH_TIMEOUT_MS = 10_000

export interface ControlPlaneOptions {
  /** Folder of the database, the Durable Objects and the secret; made when absent. */
  dataDir: string
  /** 0, the default, picks a free one. */
  port?: number
  /** Address to listen on; others than loopback need an API key or LLM_LOADTEST_ALLOW_OPEN=1 in `vars`. */
  host?: string
  /** The worker's variables, over those of the configuration: LLM_LOADTEST_API_KEY, RUN_LEASE_MS … */
  vars?: Record<string, string>
  /** The built web app, in place of the configured one; null serves none. */
  assetsDirectory?: string | null
  configPath?: string
  migrationsFolder?: string
  /** Gets each line the worker writes to its console; standard error when left out. */
  log?: (line: string) => void
}

export interface ControlPlaneHealth {
  ok: boolean
  status: number
  /** The answer's text, as the worker gave it. */
  body: string
}

export interface ControlPlane {
  /** Without a trailing slash. */
  url: string
  dataDir: string
  databasePath: string
  /** For tests and tools in this process; the token is a secret. */
  database: { url: string; authToken: string }
  health(): Promise<ControlPlaneHealth>
  /** Ends the worker, then the database, then the claim on the data folder. May be called again. */
  close(): Promise<void>
}

/**
 * Runs the control plane in this process: embedded libSQL, migrations, the worker of wrangler.toml in Miniflare.
 * Resolves once its health endpoint answers. Throws a LocalRuntimeError, with everything it had started ended.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { host = '127.0.0.1', port = 0, vars = {} } = options
  assertMayListen(host, vars)
  const isTrustedProxy = trustedProxies(vars[TRUSTED_PROXIES])
  await assertPortFree(host, port)
  const closers: (() => void | Promise<void>)[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeAll(closers)
    return closing
  }
  try {
    const dataDir = claimDataDir(options.dataDir)
    closers.unshift(dataDir.release)
    const authToken = randomBytes(32).toString('base64url')
    const database = await startHranaServer({ path: dataDir.databasePath, token: authToken })
    closers.unshift(database.close)
    const migrationsFolder = options.migrationsFolder ?? `${ROOT}drizzle`
    await migrateDatabase({ url: database.url, authToken, migrationsFolder })
    const { configPath = `${ROOT}wrangler.toml`, assetsDirectory } = options
    const worker = await bundleWorker({
      configPath,
      ...(assetsDirectory === undefined ? {} : { assetsDirectory }),
    })
    const bindings = {
      LLM_LOADTEST_SECRET: dataDir.secret,
      ...vars,
      LIBSQL_URL: database.url,
      LIBSQL_AUTH_TOKEN: authToken,
    }
    const log = options.log ?? writeToStderr
    const { objectsPath } = dataDir
    const runtime = await startWorkerRuntime({
      worker: withRateLimits(worker, vars),
      bindings,
      objectsPath,
      log,
    })
    closers.unshift(runtime.close)
    const front = await startFront({ host, port, workerPort: runtime.port, isTrustedProxy })
    closers.unshift(front.close)
    await assertHealthy(front.url)
    // The only work that is due by the clock: it deletes old runs.
    if (vars['LLM_LOADTEST_RETENTION_DAYS']) closers.unshift(startSchedule(runtime.runScheduled, log).close)
    return {
      url: front.url,
      dataDir: dataDir.path,
      databasePath: dataDir.databasePath,
      database: { url: database.url, authToken },
      health: () => readHealth(front.url),
      close,
    }
  } catch (error) {
    await close().catch((closeError: unknown) => {
      throw new AggregateError([error, closeError], reasonOf(error))
    })
    throw error
  }
}

/** Runs every closer, also after one that fails, and then reports what failed. */
async function closeAll(closers: (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closers) {
    try {
      await close()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The control plane did not stop cleanly')
}

async function readHealth(url: string): Promise<ControlPlaneHealth> {
  const response = await fetch(`${url}${HEALTH_PATH}`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })
  return { ok: response.ok, status: response.status, body: await response.text() }
}

async function assertHealthy(url: string): Promise<void> {
  const health = await readHealth(url).catch((error: unknown) => {
    throw new WorkerStartError(error)
  })
  if (!health.ok && !isStarting(health.body))
    throw new WorkerStartError(`${HEALTH_PATH} answered ${health.status}: ${health.body}`)
}

const Starting = z.object({ status: z.literal('starting') })

/** The worker itself is up, and waits for an agent that its launcher starts next. */
function isStarting(body: string): boolean {
  try {
    return Starting.safeParse(JSON.parse(body)).success
  } catch {
    return false
  }
}

function writeToStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}
