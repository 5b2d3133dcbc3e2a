import { workerData } from 'node:worker_threads'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { z } from 'zod'
import { serveThread } from './thread-service.ts'

const { port } = z.object({ port: z.number() }).parse(workerData)

await serveThread(async () => {
  const simulator = await startSimulator({ port })
  return { ready: { url: simulator.url }, close: () => simulator.close() }
})
