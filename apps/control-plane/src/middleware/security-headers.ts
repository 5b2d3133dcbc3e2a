import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../http.ts'

/** Of an empty style sheet: the charts put one into the page and fill it by script, which no policy is asked about. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

/** What the web application may load: its own files, and calls and sockets to its own control plane. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${EMPTY_STYLE}`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For what is no page. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60

/** Headers of every response that make a browser hold back. One that sets its own policy keeps it. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  // Rebuilding a 101 response to set a header would drop its socket.
  if (c.res.status === 101) return
  const { headers } = c.res
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', isPage ? PAGE_POLICY : DATA_POLICY)
  }
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', 'DENY')
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
  if (new URL(c.req.url).protocol === 'https:') {
    headers.set('Strict-Transport-Security', `max-age=${ONE_YEAR_SECONDS}`)
  }
  if (c.req.path.startsWith('/api/') && !headers.has('Cache-Control'))
    headers.set('Cache-Control', 'no-store')
}
