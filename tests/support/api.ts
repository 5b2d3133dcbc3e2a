import { createClient } from '@llm-loadtest/client'
import { RunResult, type RunStatus } from '@llm-loadtest/schema'
import { waitUntil } from './wait-until.ts'

type Definition = Record<string, unknown> & { server_url: string }

/** The calls the tests make again and again, on one control plane. */
export function testApi(baseUrl: string) {
  const client = createClient({ baseUrl })
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  return {
    client,
    async startRun(definition: Definition): Promise<string> {
      const { run_id } = await post('/benchmark/run', {
        model: 'simulator',
        warmup: 1,
        ignore_eos: true,
        ...definition,
      })
      return run_id
    },
    async mintAgent(name: string): Promise<{ agent_id: string; token: string }> {
      return post('/agents', { name })
    },
    async result(runId: string): Promise<RunResult> {
      const { data } = await client.GET('/api/v1/benchmark/result/{run_id}', {
        params: { path: { run_id: runId } },
      })
      return RunResult.parse(data)
    },
    async status(runId: string): Promise<RunStatus> {
      const { data } = await client.GET('/api/v1/benchmark/run/{run_id}', {
        params: { path: { run_id: runId } },
      })
      if (!data) throw new Error(`no status of ${runId}`)
      return data.status
    },
    async waitForEnd(runId: string, limitMs = 60_000): Promise<RunResult> {
      await waitUntil(
        `the end of ${runId}`,
        async () => !['pending', 'running'].includes(await this.status(runId)),
        limitMs,
      )
      return this.result(runId)
    },
    async waitForAgents(count: number): Promise<void> {
      await waitUntil(`${count} agents online`, async () => {
        const { data } = await client.GET('/api/v1/agents')
        return (data?.agents ?? []).filter((agent) => agent.online).length === count
      })
    },
  }
}
