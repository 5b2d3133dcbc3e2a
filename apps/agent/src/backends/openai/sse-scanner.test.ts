import { describe, expect, it } from 'vitest'
import { EventTooLargeError, MAX_EVENT_BYTES, SseScanner } from './sse-scanner.ts'

type Event = { data: string; type: string }

function pushAll(scanner: SseScanner, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at = scanner.next(bytes, at, bytes.length)
}

function scan(chunks: readonly Buffer[]): Event[] {
  const events: Event[] = []
  const scanner = new SseScanner((bytes, start, end, type) =>
    events.push({ data: bytes.toString('utf8', start, end), type }),
  )
  for (const chunk of chunks) {
    // The scanner may not keep memory of a chunk beyond push.
    const borrowed = Buffer.from(chunk)
    pushAll(scanner, borrowed)
    borrowed.fill(0)
  }
  scanner.end()
  return events
}

const STREAM = [
  ': comment',
  'data: {"choices":[{"delta":{"role":"assistant"}}]}',
  '',
  'data: {"text":"Grüße, 世界 👩‍👩‍👧"}',
  '',
  'id: 7',
  'event: error',
  'data:no space',
  'data:  two spaces',
  'data',
  '',
  ': keep-alive',
  '',
  'retry: 5',
  'data: [DONE]',
  '',
  '',
]
const EVENTS: Event[] = [
  { data: '{"choices":[{"delta":{"role":"assistant"}}]}', type: '' },
  { data: '{"text":"Grüße, 世界 👩‍👩‍👧"}', type: '' },
  { data: 'no space\n two spaces\n', type: 'error' },
  { data: '[DONE]', type: '' },
]

describe.each([
  ['LF', '\n'],
  ['CR LF', '\r\n'],
  ['CR', '\r'],
])('a stream with %s line ends', (_, lineEnd) => {
  const bytes = Buffer.from(STREAM.join(lineEnd))

  it('gives the same events whole, in bytes, and cut in two at every place', () => {
    expect(scan([bytes])).toEqual(EVENTS)
    expect(scan(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(EVENTS)
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect([cut, scan([bytes.subarray(0, cut), bytes.subarray(cut)])]).toEqual([cut, EVENTS])
    }
  })

  it('gives the same events cut in three', () => {
    for (let first = 0; first < bytes.length; first += 7) {
      for (let second = first; second < bytes.length; second += 5) {
        const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
        expect([first, second, scan(pieces)]).toEqual([first, second, EVENTS])
      }
    }
  })
})

describe('SseScanner', () => {
  it('gives an event at the byte that completes it, not later', () => {
    const seen: string[] = []
    const scanner = new SseScanner((bytes, start, end) => seen.push(bytes.toString('utf8', start, end)))
    pushAll(scanner, Buffer.from('data: a\n'))
    expect(seen).toEqual([])
    pushAll(scanner, Buffer.from('\ndata: b\n\ndata: c'))
    expect(seen).toEqual(['a', 'b'])
  })

  it('gives the last event of a stream that ends without a blank line', () => {
    expect(scan([Buffer.from('data: a\n\ndata: b')])).toEqual([
      { data: 'a', type: '' },
      { data: 'b', type: '' },
    ])
  })

  it('gives nothing for an empty stream and for comments', () => {
    expect(scan([])).toEqual([])
    expect(scan([Buffer.from(':\n\n: x\n\n\n\n')])).toEqual([])
  })

  it('refuses an event without end', () => {
    const scanner = new SseScanner(() => undefined)
    const half = Buffer.alloc(MAX_EVENT_BYTES / 2 + 1, 120)
    pushAll(scanner, half)
    expect(() => pushAll(scanner, half)).toThrow(EventTooLargeError)
  })
})
