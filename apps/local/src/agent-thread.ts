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
    if (error) log.error('the local agent has stopped', { reason: error.message })
    return error
  })
  const error = await Promise.race([agent.connected, refused])
  if (error) throw error
  return { ready: {}, close: () => agent.close() }
})
