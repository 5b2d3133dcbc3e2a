import { expect, it } from 'vitest'
import { targetUrl } from './target-url.ts'

it.each([
  ['http://h:8000', 'http://h:8000', 'h', 8000, '/v1/chat/completions'],
  ['http://h:8000/', 'http://h:8000', 'h', 8000, '/v1/chat/completions'],
  ['http://h:8000/v1', 'http://h:8000', 'h', 8000, '/v1/chat/completions'],
  ['http://h:8000/v1/', 'http://h:8000', 'h', 8000, '/v1/chat/completions'],
  ['http://h', 'http://h', 'h', 80, '/v1/chat/completions'],
  ['https://h/openai', 'https://h', 'h', 443, '/openai/v1/chat/completions'],
  ['https://h/openai/v1?api-version=1', 'https://h', 'h', 443, '/openai/v1/chat/completions?api-version=1'],
  ['http://[::1]:9', 'http://[::1]:9', '::1', 9, '/v1/chat/completions'],
])('resolves %s', (server, origin, hostname, port, path) => {
  expect(targetUrl(server, 'chat')).toEqual({ origin, hostname, port, path, tls: server.startsWith('https') })
})

it('resolves completions', () => {
  expect(targetUrl('http://h', 'completions').path).toBe('/v1/completions')
})
