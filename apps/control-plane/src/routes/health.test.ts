import { expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent } from '../testing/fake-agent.ts'

const controlPlane = useControlPlane({ READY_ONCE_AGENT_SEEN_SINCE: String(Date.now()) })

const health = async () => {
  const answer = await controlPlane.call('GET', '/api/v1/health')
  return [answer.status, answer.json()]
}

it('is starting until the awaited agent has joined, and stays ok when that agent leaves', async () => {
  expect(await health()).toMatchObject([503, { status: 'starting', database: 'ok', agents_online: 0 }])
  const { token } = await controlPlane.mintAgent()
  const { agent } = await FakeAgent.join(controlPlane, token)
  expect(await health()).toMatchObject([200, { status: 'ok', agents_online: 1 }])
  agent.socket.cut()
  expect(await health()).toMatchObject([200, { status: 'ok' }])
})
