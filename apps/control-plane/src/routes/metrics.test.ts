import { ViewerMessage } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'
import { openSocket } from '../testing/socket.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane()

async function scrape(): Promise<string[]> {
  const answer = await controlPlane.call('GET', '/metrics')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  return answer.text.split('\n')
}

const scraped = (line: string) =>
  waitFor(`the metric ${line}`, async () => ((await scrape()).includes(line) ? true : undefined))

it('counts requests by the pattern of their route, method and status, paths left out', async () => {
  const runId = await controlPlane.startRun()
  await controlPlane.call('GET', `/api/v1/benchmark/run/${runId}`)
  await controlPlane.call('GET', '/api/v1/benchmark/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY')
  await controlPlane.call('GET', '/api/v1/what/is/this')
  const lines = await scrape()
  const count = (labels: string) =>
    lines.find((line) => line.startsWith(`llm_loadtest_http_requests_total{${labels}}`))
  const route = 'method="GET",route="/api/v1/benchmark/run/{run_id}"'
  expect(count(`${route},status="200"`)).toMatch(/ 1$/)
  expect(count(`${route},status="404"`)).toMatch(/ 1$/)
  expect(count('method="GET",route="unknown",status="404"')).toMatch(/ 1$/)
  expect(lines).toContain('llm_loadtest_runs{status="pending"} 1')
  expect(lines.join('\n')).not.toContain(runId)
})

it('tells the agents online and the sockets open, as they come and go', async () => {
  const { token } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun()
  const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/${runId}`
  const viewers = [await openSocket(url, ViewerMessage), await openSocket(url, ViewerMessage)]
  const { agent } = await FakeAgent.join(controlPlane, token)
  await scraped('llm_loadtest_sockets_open{kind="viewer"} 2')
  await scraped('llm_loadtest_sockets_open{kind="agent"} 1')
  await scraped('llm_loadtest_agents_online 1')
  viewers[0]?.cut()
  agent.socket.cut()
  await scraped('llm_loadtest_sockets_open{kind="viewer"} 1')
  await scraped('llm_loadtest_sockets_open{kind="agent"} 0')
  await scraped('llm_loadtest_agents_online 0')
})

it('writes a line for each change of a run, with its ids', async () => {
  const { agent_id, token } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun({ agent_id })
  const { agent } = await FakeAgent.join(controlPlane, token, { slots: 9 })
  await agent.accept(runId)
  agent.event(runId, 1, { type: 'run_failed', error: { code: 'internal', message: 'no more' } })
  await agent.acked(runId, 1)
  const ofRun = () =>
    controlPlane.logLines.flatMap((text) => {
      const line = JSON.parse(text)
      return line.run_id === runId ? [[line.level, line.msg, line.agent_id, line.status, line.reason]] : []
    })
  const ended = ['info', 'run ended', agent_id, 'failed', 'internal']
  await expect.poll(() => ofRun().at(-1), { timeout: 5000 }).toEqual(ended)
  expect(ofRun()).toEqual([
    ['info', 'run created', undefined, 'pending', undefined],
    ['info', 'run claimed', agent_id, 'running', undefined],
    ended,
  ])
})
