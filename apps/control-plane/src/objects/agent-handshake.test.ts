import { AGENT_SUBPROTOCOL, ControlMessage } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { FakeAgent, HOST, helloMessage } from '../testing/fake-agent.ts'
import { HandshakeRefused, openSocket } from '../testing/socket.ts'
import { waitFor } from '../testing/wait.ts'

const controlPlane = useControlPlane()

describe('the handshake', () => {
  const refusal = (options: Parameters<typeof openSocket>[2]) =>
    openSocket(`${controlPlane.socketUrl}/api/v1/agents/ws`, ControlMessage, options).then(
      () => expect.fail('the handshake succeeded'),
      (error: unknown) => {
        if (error instanceof HandshakeRefused) return error
        throw error
      },
    )

  it('refuses a missing and a wrong token with 401', async () => {
    const without = await refusal({ protocols: [AGENT_SUBPROTOCOL] })
    const headers = { Authorization: 'Bearer agt_wrong' }
    const wrong = await refusal({ protocols: [AGENT_SUBPROTOCOL], headers })
    expect([without.status, wrong.status]).toEqual([401, 401])
    expect(JSON.parse(wrong.body)).toMatchObject({ error: { code: 'unauthorized' } })
  })

  it('answers 426 without an upgrade', async () => {
    const answer = await controlPlane.call('GET', '/api/v1/agents/ws')
    expect(answer.status).toBe(426)
    expect(problem(answer).code).toBe('upgrade_required')
  })

  it('closes another version with 4406 and says what to upgrade', async () => {
    const { token } = await controlPlane.mintAgent()
    const socket = await openSocket(`${controlPlane.socketUrl}/api/v1/agents/ws`, ControlMessage, {
      protocols: ['llm-loadtest.v9'],
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(await socket.takeClose()).toEqual({
      code: 4406,
      reason:
        'This control plane speaks llm-loadtest.v1, the agent llm-loadtest.v9: upgrade the older of the two.',
    })
  })

  it('closes with 1008 when the first message is not hello, is not JSON, or is binary', async () => {
    const { token } = await controlPlane.mintAgent()
    const runId = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
    const early = await FakeAgent.connect(controlPlane, token)
    early.socket.send({ type: 'accept', run_id: runId })
    expect(await early.socket.takeClose()).toEqual({ code: 1008, reason: 'hello must come first' })
    const garbled = await FakeAgent.connect(controlPlane, token)
    garbled.socket.send('{')
    expect(await garbled.socket.takeClose()).toEqual({ code: 1008, reason: 'the message is not JSON' })
    const binary = await FakeAgent.connect(controlPlane, token)
    binary.socket.sendBinary(new Uint8Array(3))
    expect(await binary.socket.takeClose()).toEqual({
      code: 1008,
      reason: 'messages are JSON text, not binary',
    })
    const unknown = await FakeAgent.connect(controlPlane, token)
    unknown.socket.send({ ...helloMessage(), colour: 'red' })
    expect((await unknown.socket.takeClose()).code).toBe(1008)
  })

  it('closes with 1009 on a message over 8 MiB', async () => {
    const { token } = await controlPlane.mintAgent()
    const { agent } = await FakeAgent.join(controlPlane, token)
    agent.socket.send('x'.repeat(8 * 1024 * 1024 + 1))
    expect((await agent.socket.takeClose()).code).toBe(1009)
  })

  it('answers ping with pong and shows the agent online with what it said', async () => {
    const { agent_id, token } = await controlPlane.mintAgent('bench-host')
    const { agent, welcome } = await FakeAgent.join(controlPlane, token, { slots: 3 })
    expect(welcome).toEqual({ type: 'welcome', agent_id, acknowledged: {} })
    agent.socket.send('ping')
    await waitFor('a pong', () => agent.socket.pongs === 1 || undefined)
    const list = (await controlPlane.call('GET', '/api/v1/agents')).json()
    expect(list).toMatchObject({
      agents: expect.arrayContaining([
        expect.objectContaining({
          agent_id,
          name: 'bench-host',
          online: true,
          version: '0.1.0',
          host: HOST,
          limits: { slots: 3, allow_targets: null },
          running: 0,
        }),
      ]),
    })
  })

  it('closes the older socket with 4409 when the agent connects again', async () => {
    const { token } = await controlPlane.mintAgent()
    const { agent: older } = await FakeAgent.join(controlPlane, token)
    const { agent: newer } = await FakeAgent.join(controlPlane, token)
    expect((await older.socket.takeClose()).code).toBe(4409)
    expect(newer.socket.closed).toBeUndefined()
  })
})
