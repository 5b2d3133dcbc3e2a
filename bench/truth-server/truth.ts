// The server reads the machine's monotonic clock, as monotonicMs() does.
import { clockOffsetMs } from '../../apps/agent/src/crew/shared-clock.ts'

const ID_BYTES = 64
const HEAD_BYTES = ID_BYTES + 16

/** What the server did with one request: times in ms on this process's performance.now() clock. */
export type Truth = { receivedAt: number; sentAt: Float64Array }

/** Asks the server for every stream it sent, by request id. */
export async function fetchTruth(url: string): Promise<Map<string, Truth>> {
  const response = await fetch(`${url}/truth`)
  if (!response.ok) throw new Error(`the ground-truth server answered ${response.status}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  const offset = clockOffsetMs()
  const timeAt = (position: number) => Number(bytes.readBigUInt64LE(position)) / 1e6 + offset
  const truths = new Map<string, Truth>()
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at)
    const id = bytes.toString('latin1', at, end)
    const receivedAt = timeAt(at + ID_BYTES)
    const count = Number(bytes.readBigUInt64LE(at + ID_BYTES + 8))
    const first = at + HEAD_BYTES
    truths.set(id, {
      receivedAt,
      sentAt: Float64Array.from({ length: count }, (_, i) => timeAt(first + 8 * i)),
    })
    at = first + 8 * count
  }
  return truths
}
