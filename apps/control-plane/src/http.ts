import { OpenAPIHono } from '@hono/zod-openapi'
import { problemDetails } from '@llm-loadtest/schema'
import type { Context } from 'hono'
import type { Db } from './db/client.ts'
import { withDb } from './db/client.ts'
import type { Principal } from './domain/principal.ts'
import { readSettings, type Settings, type WorkerEnv } from './env.ts'
import { UnprocessableError } from './errors.ts'

/** What hono knows of a request: the platform's bindings, the id its log lines carry, and who makes it. */
export type AppEnv = {
  Bindings: WorkerEnv
  /** `principal` is missing on calls that are open by design. */
  Variables: { requestId: string; principal: Principal | undefined }
}

/** A hono app whose schema failures become the 422 problem that names the fields. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return
      // A header's name goes as it is: a dot path would quote its hyphens.
      const ofHeader = () =>
        result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
      throw new UnprocessableError(result.target === 'header' ? ofHeader() : problemDetails(result.error))
    },
  })
}

/** Runs `work` with the request's settings and a database client of its own. */
export function useDb<T>(c: Context<AppEnv>, work: (db: Db, settings: Settings) => Promise<T>): Promise<T> {
  const settings = readSettings(c.env)
  return withDb(settings, (db) => work(db, settings))
}
