import type { Context } from 'hono'
import { NotFoundError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

const FILE_NAME = /\/[^/]*\.[^/.]+$/

/**
 * A file of the web application, or its page shell for the addresses of its pages. The asset server answers
 * a missing file with the shell too, which a browser would run as a script: such a file is a 404.
 */
export async function webAsset(c: Context<AppEnv>): Promise<Response> {
  const { path } = c.req
  if (!c.env.ASSETS)
    throw new NotFoundError(`There is nothing at ${path}; the web application is not installed.`)
  const response = await c.env.ASSETS.fetch(c.req.raw)
  const isShell = response.headers.get('content-type')?.startsWith('text/html') === true
  if (isShell && FILE_NAME.test(path) && !path.endsWith('.html')) {
    await response.body?.cancel()
    throw new NotFoundError(`There is no file at ${path}.`)
  }
  return new Response(response.body, response)
}
