import { createRoute, z } from '@hono/zod-openapi'
import { countOnlineAgents } from '../db/agents.ts'
import { countRunsByStatus } from '../db/run-counts.ts'
import { onlineSinceMs } from '../domain/presence.ts'
import { newRouter, useDb } from '../http.ts'
import { prometheusText } from '../metrics/prometheus.ts'
import { flushRequestCounts } from '../metrics/request-counts.ts'
import { requires } from '../middleware/scope.ts'
import { metricsStore } from '../objects/stubs.ts'
import { problems } from '../openapi/responses.ts'

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['Health'],
  summary: "The control plane's own metrics, in Prometheus' text format",
  middleware: requires('read'),
  responses: {
    200: {
      description: 'Requests and their latencies by route, runs by status, agents online, sockets open.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problems('unauthorized', 'forbidden'),
  },
})

export const metricsRoutes = newRouter().openapi(metrics, async (c) => {
  await flushRequestCounts(c.env)
  const { requests, sockets } = await metricsStore(c.env).read()
  const [runs, agentsOnline] = await useDb(c, (db, settings) =>
    Promise.all([countRunsByStatus(db), countOnlineAgents(db, onlineSinceMs(settings))]),
  )
  const text = prometheusText(requests, { runs, agentsOnline, sockets })
  return c.text(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
})
