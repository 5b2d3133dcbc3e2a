import { MethodNotAllowedError, NotFoundError } from './errors.ts'
import { newRouter } from './http.ts'
import { authentication } from './middleware/authentication.ts'
import { cors } from './middleware/cors.ts'
import { errorResponse } from './middleware/error-response.ts'
import { rateLimit } from './middleware/rate-limit.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { allowedMethods } from './openapi/allowed-methods.ts'
import { docsPage, docsPolicy } from './openapi/docs-page.ts'
import { type OpenApiDocument, openApiDocument } from './openapi/document.ts'
import { agentRoutes } from './routes/agents.ts'
import { compareRoutes } from './routes/compare.ts'
import { exportRoutes } from './routes/exports.ts'
import { healthRoutes } from './routes/health.ts'
import { historyRoutes } from './routes/history.ts'
import { keyRoutes } from './routes/keys.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { presetRoutes } from './routes/presets.ts'
import { requestRoutes } from './routes/requests.ts'
import { resultRoutes } from './routes/results.ts'
import { runRoutes } from './routes/runs.ts'
import { sessionRoutes } from './routes/session.ts'
import { socketRoutes } from './routes/sockets.ts'
import { webAsset } from './routes/web-assets.ts'

/**
 * The control plane's HTTP application.
 * @example await createApp().request('/health', {}, env)
 */
export function createApp() {
  const app = newRouter()
  app.use(requestLog, securityHeaders)
  for (const path of ['/api/*', '/metrics']) app.use(path, cors, authentication, rateLimit)
  app.onError(errorResponse)

  app.route('/', healthRoutes('getRootHealth'))
  app.route('/', metricsRoutes)
  const api = [
    healthRoutes('getHealth'),
    historyRoutes,
    runRoutes,
    resultRoutes,
    requestRoutes,
    exportRoutes,
    presetRoutes,
    compareRoutes,
    agentRoutes,
    socketRoutes,
    sessionRoutes,
    keyRoutes,
  ]
  for (const routes of api) {
    app.route('/api/v1', routes)
  }
  let document: OpenApiDocument | undefined
  const describe = () => {
    document ??= openApiDocument(app.openAPIRegistry, app.routes)
    return document
  }
  app.get('/openapi.json', (c) => c.json(describe()))
  app.get('/docs', async (c) => {
    c.header('Content-Security-Policy', await docsPolicy())
    return c.html(docsPage(describe()))
  })

  // Not hono's notFound: what that throws passes by the middleware.
  app.all('*', (c) => {
    const { method, path } = c.req
    const allowed = allowedMethods(app.openAPIRegistry, path)
    if (allowed.length > 0) throw new MethodNotAllowedError(method, allowed)
    if (path.startsWith('/api/')) throw new NotFoundError(`There is nothing at ${path}; see /docs.`)
    return webAsset(c)
  })
  return app
}
