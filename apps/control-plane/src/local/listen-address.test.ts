import { expect, test } from 'vitest'

import { isLoopback } from '../domain/loopback.ts'
import { assertMayListen, localUrl } from './listen-address.ts'

test('only loopback addresses count as such', () => {
  expect(['127.0.0.1', '127.8.8.8', 'localhost', '::1'].map(isLoopback)).toEqual([true, true, true, true])
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', ''].map(isLoopback)).toEqual(
    Array(5).fill(false),
  )
})

test('only "1" agrees to an open listener', () => {
  for (const value of ['0', 'true', '']) {
    expect(() => assertMayListen('0.0.0.0', { LLM_LOADTEST_ALLOW_OPEN: value })).toThrow(
      'Refusing to listen on 0.0.0.0',
    )
  }
  expect(() => assertMayListen('0.0.0.0', { LLM_LOADTEST_ALLOW_OPEN: '1' })).not.toThrow()
})

test('a listener on every address is reached over loopback', () => {
  const urls = [localUrl('0.0.0.0', '1'), localUrl('::', '2'), localUrl('10.0.0.1', '3')]
  expect(urls).toEqual(['http://127.0.0.1:1', 'http://[::1]:2', 'http://10.0.0.1:3'])
})
