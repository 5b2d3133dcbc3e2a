/** The first 64 bits of an IPv6 address as hex groups: one customer has all the addresses below them. */
function network(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = (text: string | undefined) => (text ? text.split(':') : [])
  const before = groups(head)
  const zeros = tail === undefined ? 0 : 8 - before.length - groups(tail).length
  const all = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...groups(tail)]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** What a limit by address counts by: an IPv4 address, or an IPv6 network. */
export function addressBucket(address: string): string {
  return address.includes(':') ? network(address) : address
}
