import { describe, expect, it } from 'vitest'
import { clientOf } from './client.ts'
import { trustedProxies } from './trusted-proxies.ts'

const PROXIES = trustedProxies('10.0.0.0/8, ::1 192.0.2.7')
const forwarded = (value: string, proto?: string) => ({
  'x-forwarded-for': value,
  ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }),
})

describe('the client', () => {
  it.each([
    ['is the peer, whatever it says', '203.0.113.5', forwarded('1.1.1.1', 'https'), '203.0.113.5', 'http'],
    ['is the peer by its plain address', '::ffff:203.0.113.5', {}, '203.0.113.5', 'http'],
    ['is the last whom a proxy names', '10.1.2.3', forwarded('6.6.6.6, 203.0.113.5'), '203.0.113.5', 'http'],
    [
      'is before all proxies',
      '10.1.2.3',
      forwarded('203.0.113.5, 192.0.2.7, 10.9.9.9', 'https'),
      '203.0.113.5',
      'https',
    ],
    ['is the last proxy when nothing else is named', '::1', {}, '::1', 'http'],
    ['is not what is no address', '10.1.2.3', forwarded('unknown, 10.0.0.9'), '10.0.0.9', 'http'],
    [
      'came as the last proxy says',
      '10.1.2.3',
      forwarded('203.0.113.5', 'https, http'),
      '203.0.113.5',
      'http',
    ],
    ['may have an IPv6 address', '::1', forwarded('2001:db8::1'), '2001:db8::1', 'http'],
  ])('%s', (_, peer, headers, address, scheme) => {
    expect(clientOf(peer, headers, PROXIES)).toEqual({ address, scheme })
  })
})

describe('LLM_LOADTEST_TRUSTED_PROXIES', () => {
  it('trusts nobody when unset', () => {
    const isTrusted = trustedProxies(undefined)
    expect(['127.0.0.1', '::1', ''].map(isTrusted)).toEqual([false, false, false])
  })

  it.each(['nginx', '10.0.0.0/33', '10.0.0.0/8/8', '::1/129', '10.0.0.0/'])('refuses %s', (text) => {
    expect(() => trustedProxies(text)).toThrow(
      `LLM_LOADTEST_TRUSTED_PROXIES=${text} is not an IP address or a network such as 10.0.0.0/8.`,
    )
  })
})
