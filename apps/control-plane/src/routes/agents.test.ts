import { AgentList } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'

const controlPlane = useControlPlane()
const AGENTS = '/api/v1/agents'

async function list() {
  return AgentList.parse((await controlPlane.call('GET', AGENTS)).json()).agents
}

it('registers an agent, shows its token once, and stores only a hash of it', async () => {
  const answer = await controlPlane.call('POST', AGENTS, { body: { name: ' gpu host ' } })
  expect(answer.status).toBe(201)
  expect(answer.json()).toEqual({
    agent_id: expect.stringMatching(/^agent_/),
    name: 'gpu host',
    token: expect.stringMatching(/^agt_[A-Za-z0-9_-]{43}$/),
  })
  const { token } = Object(answer.json())
  const listed = await controlPlane.call('GET', AGENTS)
  expect(listed.text).not.toContain(token)
  const rows = await controlPlane.db((db) => db.all('select * from agents'))
  expect(JSON.stringify(rows)).not.toContain(token)
})

it('lists agents newest first and forgets the revoked', async () => {
  const older = await controlPlane.mintAgent('older')
  const newer = await controlPlane.mintAgent('newer')
  expect((await list()).map((agent) => agent.name).slice(0, 2)).toEqual(['newer', 'older'])
  expect((await list())[0]).toEqual({
    agent_id: newer.agent_id,
    name: 'newer',
    online: false,
    created_at: expect.any(String),
    last_seen_at: null,
    version: null,
    host: null,
    gpus: [],
    gpu_absence: null,
    gpu_samples: [],
    limits: null,
    running: 0,
  })
  expect((await controlPlane.call('DELETE', `${AGENTS}/${newer.agent_id}`)).status).toBe(204)
  expect((await list())[0]?.agent_id).toBe(older.agent_id)
  const again = await controlPlane.call('DELETE', `${AGENTS}/${newer.agent_id}`)
  expect([again.status, problem(again).code]).toEqual([404, 'not_found'])
})

it('answers 422 to a name that is none, an unknown field, and an id that is none', async () => {
  const bodies = [{}, { name: '' }, { name: 7 }, { name: 'x'.repeat(101) }]
  for (const body of bodies) {
    const answer = await controlPlane.call('POST', AGENTS, { body })
    expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([422, 'name'])
  }
  const unknown = await controlPlane.call('POST', AGENTS, { body: { name: 'a', colour: 'red' } })
  expect(problem(unknown).details).toEqual([{ path: 'colour', message: 'is not a known field' }])
  const nonsense = await controlPlane.call('DELETE', `${AGENTS}/nonsense`)
  expect([nonsense.status, problem(nonsense).details?.[0]?.path]).toEqual([422, 'agent_id'])
})

it('answers 400, 413 and 415 like every route with a body', async () => {
  const malformed = await controlPlane.call('POST', AGENTS, { body: '{' })
  const large = await controlPlane.call('POST', AGENTS, { body: { name: 'x'.repeat(9 * 1024 * 1024) } })
  const headers = { 'Content-Type': 'text/plain' }
  const typed = await controlPlane.call('POST', AGENTS, { body: '{"name":"a"}', headers })
  expect([malformed, large, typed].map((answer) => [answer.status, problem(answer).code])).toEqual([
    [400, 'bad_request'],
    [413, 'payload_too_large'],
    [415, 'unsupported_media_type'],
  ])
})
