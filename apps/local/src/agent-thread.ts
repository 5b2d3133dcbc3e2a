import { workerData } from 'node:worker_threads'
import { startAgent } from 'llm-loadtest'
import { z } from 'zod'
import { serveThread } from './thread-service.ts'

const options = z
  .object({ token: z.string(), controlPlaneUrl: z.string(), stateDir: z.string(), slots: z.number() })
  .parse(workerData)

await serveThread(async () => {
  const agent = await startAgent(options)
  return { ready: {}, close: () => agent.close() }
})
