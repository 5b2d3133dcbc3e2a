import { BlockList, isIP } from 'node:net'
import { SettingInvalidError } from '../errors.ts'

export const TRUSTED_PROXIES = 'LLM_LOADTEST_TRUSTED_PROXIES'

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** An address without the IPv6 shape an IPv4 one has on a socket that takes both. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function addProxy(list: BlockList, text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (bits === undefined) {
    list.addAddress(address, family(address))
    return true
  }
  const prefix = Number(bits)
  if (!/^\d+$/.test(bits) || prefix > (isIP(address) === 6 ? 128 : 32)) return false
  list.addSubnet(address, prefix, family(address))
  return true
}

/**
 * Tells of an address whether it is a proxy whose word on its clients counts: `127.0.0.1, 10.0.0.0/8`, none by default.
 * Throws SettingInvalidError.
 */
export function trustedProxies(setting: string | undefined): (address: string) => boolean {
  const list = new BlockList()
  for (const text of (setting ?? '').split(/[\s,]+/).filter((part) => part !== '')) {
    if (!addProxy(list, text)) {
      throw new SettingInvalidError(TRUSTED_PROXIES, text, 'an IP address or a network such as 10.0.0.0/8')
    }
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address))
}
