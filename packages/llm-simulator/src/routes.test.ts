import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FAULTS } from './faults/fault-catalogue.ts'
import { type RunningSimulator, startSimulator } from './start-simulator.ts'
import { ErrorBody, send, until } from './test-client.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    models: ['one', 'two'],
    maxBodyBytes: 2000,
    engine: { maxModelLen: 100, stepBaseMs: 1 },
  })
})
afterAll(() => simulator.close())

const hello = [{ role: 'user', content: 'hello' }]

async function failure(path: string, body: unknown, options = {}) {
  const response = await send(simulator.url + path, body, options)
  return { status: response.status, ...ErrorBody.parse(JSON.parse(response.text)).error }
}

describe('routes', () => {
  it('lists the models, the faults and its health', async () => {
    const models = await send(`${simulator.url}/v1/models?any=query`, undefined)
    const list = z.object({ data: z.array(z.object({ id: z.string(), max_model_len: z.number() })) })
    expect(list.parse(JSON.parse(models.text)).data).toEqual([
      { id: 'one', max_model_len: 100 },
      { id: 'two', max_model_len: 100 },
    ])
    const faults = await send(`${simulator.url}/simulator/faults`, undefined)
    expect(JSON.parse(faults.text)).toEqual({
      faults: Object.entries(FAULTS).map(([name, description]) => ({ name, description })),
    })
    const health = await send(`${simulator.url}/health`, undefined)
    expect([health.status, health.text]).toEqual([200, '{"status":"ok"}'])
  })

  it.each([
    ['a model it does not have', { model: 'three', messages: hello }, 404, 'model'],
    ['no messages', { messages: [] }, 400, 'messages'],
    ['messages that are missing', {}, 400, 'messages'],
    [
      'an image',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      'messages.0.content',
    ],
    ['more than one choice', { messages: hello, n: 2 }, 400, 'n'],
    ['max_tokens 0', { messages: hello, max_tokens: 0 }, 400, 'max_tokens'],
    ['min_tokens above max_tokens', { messages: hello, max_tokens: 2, min_tokens: 3 }, 400, 'min_tokens'],
    ['stream_options without stream', { messages: hello, stream_options: {} }, 400, 'stream_options'],
    ['more than the context', { messages: hello, max_tokens: 100 }, 400, 'max_tokens'],
    ['a body that is no object', [], 400, null],
    ['a body that is no JSON', '{"messages":', 400, null],
    ['a body too large', { messages: hello, padding: 'x'.repeat(3000) }, 413, null],
  ])('refuses %s', async (_, body, status, param) => {
    expect(await failure('/v1/chat/completions', body)).toMatchObject({ status, code: status, param })
  })

  it.each([
    ['an empty prompt', { prompt: '' }],
    ['two prompts', { prompt: ['a', 'b'] }],
    ['no prompt', {}],
  ])('refuses a completion of %s', async (_, body) => {
    expect(await failure('/v1/completions', body)).toMatchObject({ status: 400, param: 'prompt' })
  })

  it('refuses a body that turns out too large without saying so first', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const body = { messages: hello, padding: 'x'.repeat(100_000) }
    expect(await failure('/v1/chat/completions', body, { headers })).toMatchObject({ status: 413 })
  })

  it('takes a request that fills the context exactly, and fields it does not know', async () => {
    const body = {
      messages: hello,
      max_tokens: 99,
      temperature: 0.7,
      stop: ['x'],
      chat_template_kwargs: { a: 1 },
    }
    expect((await send(`${simulator.url}/v1/chat/completions`, body)).status).toBe(200)
  })

  it('answers unknown paths, wrong methods, unknown traces and broken ids', async () => {
    expect(await failure('/v2/none', undefined)).toMatchObject({ status: 404 })
    expect(await failure('/toString', undefined)).toMatchObject({ status: 404 })
    expect(await failure('/simulator/trace/none', undefined)).toMatchObject({ status: 404 })
    expect(await failure('/simulator/trace/%zz', undefined)).toMatchObject({ status: 400 })
    const response = await send(`${simulator.url}/v1/completions`, undefined)
    expect([response.status, response.headers['allow']]).toEqual([405, 'POST'])
  })

  it('wants the API key it was given, on /v1 alone', async () => {
    const guarded = await startSimulator({ port: 0, apiKey: 'open sesame' })
    try {
      const ask = async (path: string, authorization?: string) => {
        const headers = authorization === undefined ? {} : { authorization }
        return (await send(guarded.url + path, undefined, { headers })).status
      }
      expect(await ask('/v1/models')).toBe(401)
      expect(await ask('/v1/models', 'Bearer open')).toBe(401)
      expect(await ask('/v1/models', 'Bearer open sesame')).toBe(200)
      expect(await ask('/health')).toBe(200)
    } finally {
      await guarded.close()
    }
  })
})

describe('starting and closing', () => {
  it('says which port is taken, and leaves nothing running', async () => {
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${simulator.port}: the port is already in use`,
    )
  })

  it('refuses options that are wrong', async () => {
    await expect(startSimulator({ port: 70_000 })).rejects.toThrow('port')
  })

  it('closes with streams open, which end, and can start again on its port', async () => {
    const first = await startSimulator({ port: 0 })
    const agent = new Agent({ keepAlive: true })
    const url = `${first.url}/v1/chat/completions`
    const body = { messages: hello, max_tokens: 20_000, ignore_eos: true, stream: true }
    let started = 0
    const streams = Array.from({ length: 5 }, () => {
      let counted = false
      const leaveWhen = (text: string) => {
        if (!counted && text !== '') {
          counted = true
          started++
        }
        return false
      }
      return send(url, body, { agent, leaveWhen })
    })
    const held = send(url, body, { headers: { 'x-simulator-fault': 'slow-headers' } })
    const ended = expect(held).rejects.toThrow()
    await until(() => started === 5)
    await first.close()
    for (const { whole } of await Promise.all(streams)) expect(whole).toBe(false)
    await ended
    await first.close()
    await expect(send(`${first.url}/health`, undefined)).rejects.toThrow('ECONNREFUSED')
    const second = await startSimulator({ port: first.port })
    await second.close()
  })
})
