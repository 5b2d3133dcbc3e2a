import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTruthSource, type TruthSource } from './truth-source.ts'

let source: TruthSource
beforeAll(async () => {
  source = await startTruthSource()
})
afterAll(() => source.close())

const ask = (id: string, body: string) =>
  fetch(`${source.url}/v1/chat/completions`, { method: 'POST', headers: { 'x-request-id': id }, body })

describe('the truth source', () => {
  it('streams as many tokens as asked for, and tells when it sent each', async () => {
    const responses = await Promise.all([ask('a', '{"max_tokens":3}'), ask('b', '{"max_tokens":5}')])
    const [first, second] = await Promise.all(responses.map((response) => response.text()))
    expect(first?.match(/"content":" token"/g)).toHaveLength(3)
    expect(second?.match(/"content":" token"/g)).toHaveLength(5)
    expect(first).toContain('"usage":{"prompt_tokens":0,"completion_tokens":3,"total_tokens":3}')
    expect(first?.endsWith('data: [DONE]\n\n')).toBe(true)

    const truths = await source.take()
    expect([...truths.keys()].sort()).toEqual(['a', 'b'])
    for (const [id, tokens] of [
      ['a', 3],
      ['b', 5],
    ] as const) {
      const truth = truths.get(id)
      const times = [truth?.receivedAt ?? Number.NaN, ...(truth?.sentAt ?? [])]
      expect(times).toHaveLength(1 + tokens)
      expect(times.toSorted((x, y) => x - y)).toEqual(times)
      // No token leaves before it is due.
      truth?.sentAt.forEach((at, i) => {
        expect(at).toBeGreaterThanOrEqual(truth.firstDueAt + 20 * i)
      })
    }
    expect(await source.take()).toEqual(new Map())
  })

  it('takes a request in pieces, and several on one connection', async () => {
    const socket = connect(Number(new URL(source.url).port), '127.0.0.1')
    const reply = text(socket)
    const request = 'POST / HTTP/1.1\r\nX-Request-Id: cut\r\nContent-Length: 16\r\n\r\n{"max_tokens":1}'
    const answered = () => new Promise((resolve) => socket.once('data', resolve))
    for (const piece of [request.slice(0, 25), request.slice(25, 70), request.slice(70)]) socket.write(piece)
    await answered()
    socket.write(request)
    await answered()
    socket.end()
    expect((await reply).match(/\[DONE\]/g)).toHaveLength(2)
  })

  it('closes the connection of what is not such a request', async () => {
    await expect(ask('c', '{"max_tokens":0}')).rejects.toThrow()
    await expect(ask('d', 'no JSON')).rejects.toThrow()
  })
})
