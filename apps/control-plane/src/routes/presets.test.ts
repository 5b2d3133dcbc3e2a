import { type NewPreset, newId, Preset, PresetList } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { MAX_PRESETS } from '../db/presets.ts'
import { problem, useControlPlane } from '../testing/control-plane.ts'

const controlPlane = useControlPlane()
const PRESETS = '/api/v1/benchmark/presets'
type Body = z.input<typeof NewPreset>

const send = (method: string, path: string, body?: Body) =>
  controlPlane.call(method, `${PRESETS}${path}`, body === undefined ? {} : { body })

async function create(name: string, config: Body['config'] = {}): Promise<Preset> {
  const answer = await send('POST', '', { name, config })
  expect(answer.status).toBe(201)
  return Preset.parse(answer.json())
}

const listed = async () => PresetList.parse((await send('GET', '')).json()).presets

async function refusal(method: string, path: string, body?: Body) {
  const answer = await send(method, path, body)
  const { code, message, details } = problem(answer)
  return { status: answer.status, code, message, paths: details?.map((detail) => detail.path) }
}

it('lists the built-in presets first, then the others by name', async () => {
  const [late, early] = [await create('zebra'), await create('Alpha')]
  const presets = await listed()
  expect(presets.slice(0, 3).map(({ preset_id, name, built_in }) => [preset_id, name, built_in])).toEqual([
    ['preset_quick', 'Quick', true],
    ['preset_standard', 'Standard', true],
    ['preset_stress', 'Stress', true],
  ])
  expect(presets.slice(3)).toEqual([early, late])
  expect(presets[2]?.config).toEqual({
    concurrency: [10, 50, 100, 200, 500],
    num_prompts: 500,
    input_len: 512,
    output_len: 256,
  })
})

it('creates, reads, replaces and deletes one', async () => {
  const config = { request_rate: { rates: [1, 2] }, duration_seconds: 30, input_len: { min: 1, max: 9 } }
  const preset = await create('야간 🌙', config)
  expect(preset).toMatchObject({ name: '야간 🌙', built_in: false })
  expect(preset.config).toEqual({ ...config, request_rate: { rates: [1, 2], arrival: 'poisson' } })
  expect((await send('GET', `/${preset.preset_id}`)).json()).toEqual(preset)
  const replaced = await send('PUT', `/${preset.preset_id}`, { name: 'Day', config: { stream: false } })
  expect(replaced.status).toBe(200)
  const { updated_at, ...rest } = Preset.parse(replaced.json())
  expect(rest).toMatchObject({ name: 'Day', config: { stream: false }, created_at: preset.created_at })
  expect(Date.parse(updated_at ?? '')).toBeGreaterThanOrEqual(Date.parse(preset.updated_at ?? ''))
  expect((await send('DELETE', `/${preset.preset_id}`)).status).toBe(204)
  expect((await refusal('GET', `/${preset.preset_id}`)).status).toBe(404)
})

it('reads a built-in preset, and neither changes nor deletes it', async () => {
  const quick = Preset.parse((await send('GET', '/preset_quick')).json())
  expect(quick).toMatchObject({ name: 'Quick', config: { concurrency: [1, 5, 10] }, created_at: null })
  const message =
    '“Quick” is built in and cannot be changed or deleted; create a preset of your own with its values.'
  for (const [method, body] of [['PUT', { name: 'Mine', config: {} }], ['DELETE']] as const) {
    expect(await refusal(method, '/preset_quick', body)).toMatchObject({
      status: 409,
      code: 'conflict',
      message,
    })
  }
})

describe('a name', () => {
  it('is taken whatever its case, by built-in presets too, and by no preset of its own', async () => {
    const [one, other] = [await create('Été'), await create('Otro')]
    for (const name of ['Été', ' éTÉ ', 'e\u0301te\u0301', 'quick', 'STRESS']) {
      expect(await refusal('POST', '', { name, config: {} })).toMatchObject({ status: 409 })
      expect(await refusal('PUT', `/${other.preset_id}`, { name, config: {} })).toMatchObject({ status: 409 })
    }
    const kept = await send('PUT', `/${one.preset_id}`, { name: 'ÉTÉ', config: {} })
    expect([kept.status, Preset.parse(kept.json()).name]).toEqual([200, 'ÉTÉ'])
  })

  it('is taken by one of two who ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send('POST', '', { name: 'Once', config: {} })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
  })
})

it('takes no secrets, and never repeats them', async () => {
  const secret = 'sk-a-secret-of-this-test'
  const bodies = [{ api_key: secret }, { headers: { Authorization: secret } }]
  for (const config of bodies) {
    const answer = await controlPlane.call('POST', PRESETS, { body: { name: 'Secretive', config } })
    expect([answer.status, problem(answer).details?.[0]?.path]).toEqual([
      422,
      `config.${Object.keys(config)[0]}`,
    ])
    expect(answer.text).toContain('a preset keeps no')
    expect(answer.text).not.toContain(secret)
  }
  expect((await listed()).map(({ name }) => name)).not.toContain('Secretive')
})

it('checks the configuration as a run definition', async () => {
  const config = { concurrency: [0] }
  expect(await refusal('POST', '', { name: 'Bad', config })).toMatchObject({
    status: 422,
    paths: ['config.concurrency[0]'],
  })
  const both = { num_prompts: 1, duration_seconds: 1 }
  expect(await refusal('POST', '', { name: 'Bad', config: both })).toMatchObject({
    status: 422,
    paths: ['config.duration_seconds'],
  })
})

it('answers 404 to an id that is none of a preset, 422 to one that cannot be', async () => {
  const unknown = `/${newId('preset')}`
  for (const [method, body] of [['GET'], ['PUT', { name: 'New', config: {} }], ['DELETE']] as const) {
    expect((await refusal(method, unknown, body)).status).toBe(404)
    expect((await refusal(method, '/preset_odd', body)).status).toBe(422)
  }
})

it('keeps so many presets and no more', async () => {
  const room = MAX_PRESETS - ((await listed()).length - 3)
  await controlPlane.db((db) =>
    db.run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${room})
       insert into presets select printf('preset_%026d', i), 'n' || i, 'n' || i, '{}', 0, 0 from n`,
    ),
  )
  const message = `There are ${MAX_PRESETS} presets, which is the most; delete one first.`
  expect(await refusal('POST', '', { name: 'One more', config: {} })).toMatchObject({ status: 409, message })
})
