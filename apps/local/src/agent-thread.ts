import { workerData } from 'node:worker_threads'
import { createLog, startAgent } from 'llm-loadtest'
import { z } from 'zod'
import { serveThread } from './thread-service.ts'

const options = z
  .object({
    token: z.string(),
    controlPlaneUrl: z.string(),
    stateDir: z.string(),
    slots: z.number(),
    logLevel: z.string(),
  })
  .parse(workerData)

await serveThread(async () => {
  const { logLevel, ...settings } = options
  const log = createLog((line) => process.stderr.write(line), { level: logLevel, secrets: [options.token] })
  const agent = await startAgent({ ...settings, log })
  const refused = agent.ended.then((error) => {
    throw error ?? new Error('the local agent stopped before it had joined')
  })
  await Promise.race([agent.connected, refused])
  refused.catch((error: unknown) => log.error('the local agent has stopped', { reason: String(error) }))
  return { ready: {}, close: () => agent.close() }
})
