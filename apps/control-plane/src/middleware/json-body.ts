import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { every } from 'hono/combine'
import { PayloadTooLargeError, UnsupportedMediaTypeError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

export const MAX_BODY_BYTES = 1024 * 1024
const JSON_TYPE = /^application\/json\s*(;|$)/i

const requireJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) throw new UnsupportedMediaTypeError()
  await next()
}

/** For routes that take a JSON body: its type first, then its size. */
export const jsonBody: MiddlewareHandler<AppEnv> = every(
  requireJson,
  bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new PayloadTooLargeError(MAX_BODY_BYTES)
    },
  }),
)
