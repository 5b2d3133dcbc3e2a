import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeadReader, HttpSyntaxError, NotHttpError } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

type Seen = { status: number; headers: Record<string, string>; body: string; keepAlive: boolean | null }

/** Parses responses one after the other; the bytes come in the pieces given. */
function parse(pieces: readonly Buffer[], responses = 1): { seen: Seen[]; complete: boolean } {
  const seen: Seen[] = []
  const parser = new ResponseParser(
    {
      onHead: ({ status, headers }) =>
        seen.push({ status, headers: Object.fromEntries(headers), body: '', keepAlive: null }),
      onBody: (bytes, start, end) => {
        const last = seen.at(-1)
        if (last) last.body += bytes.toString('latin1', start, end)
      },
      onComplete: ({ keepAlive }) => {
        const last = seen.at(-1)
        if (last) last.keepAlive = keepAlive
        if (seen.length < responses) parser.expectResponse()
      },
    },
    new HeadReader(),
  )
  parser.expectResponse()
  for (const piece of pieces) {
    // The parser may not keep memory of a piece beyond push.
    const lent = Buffer.from(piece)
    parser.push(lent, lent.length)
    lent.fill(0)
  }
  return { seen, complete: parser.finish() }
}

const CHUNKED = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\nX-A: 2\r\n\r\n',
  '5\r\nhello\r\n',
  'A;name="value"\r\n, world!\r\n\r\n',
  '01\r\n.\r\n',
  '0\r\nTrailer: yes\r\n\r\n',
].join('')
const CHUNKED_SEEN: Seen = {
  status: 200,
  headers: { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', 'x-a': '1, 2' },
  body: 'hello, world!\r\n.',
  keepAlive: true,
}
const SIZED = 'HTTP/1.1 429 Too Many\r\ncontent-length: 4\r\nconnection: close\r\n\r\nwait'
const SIZED_SEEN: Seen = {
  status: 429,
  headers: { 'content-length': '4', connection: 'close' },
  body: 'wait',
  keepAlive: false,
}

/** Cuts bytes at the places given. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places)].sort((a, b) => a - b)
  return [0, ...sorted].map((from, i) => bytes.subarray(from, sorted[i] ?? bytes.length))
}

describe('responses cut anywhere', () => {
  const bytes = Buffer.from(CHUNKED + SIZED)
  const expected = { seen: [CHUNKED_SEEN, SIZED_SEEN], complete: true }

  it('come out the same cut in two at every byte, and byte by byte', () => {
    for (let at = 0; at <= bytes.length; at++) {
      expect([at, parse(cut(bytes, [at]), 2)]).toEqual([at, expected])
    }
    expect(parse(cut(bytes, [...bytes.keys()]), 2)).toEqual(expected)
  })

  it('come out the same in random pieces', () => {
    const places = fc.array(fc.nat(bytes.length), { maxLength: 40 })
    fc.assert(
      fc.property(places, (at) => {
        expect(parse(cut(bytes, at), 2)).toEqual(expected)
      }),
    )
  })

  it('give back any body in any chunks', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((data) => Buffer.from(data))
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        (chunks, at) => {
          const framed = chunks.flatMap((data) => [
            Buffer.from(`${data.length.toString(16)}\r\n`),
            data,
            Buffer.from('\r\n'),
          ])
          const whole = Buffer.concat([
            Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
            ...framed,
            Buffer.from('0\r\n\r\n'),
          ])
          const { seen, complete } = parse(
            cut(
              whole,
              at.filter((place) => place < whole.length),
            ),
          )
          expect([seen[0]?.body, complete]).toEqual([Buffer.concat(chunks).toString('latin1'), true])
        },
      ),
    )
  })
})

const whole = (text: string) => parse([Buffer.from(text)])

describe('the end of a body', () => {
  it.each([
    ['no body with 204', 'HTTP/1.1 204 No Content\r\n\r\n', '', true, true],
    ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', '', true, true],
    [
      'a length that is said twice',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nhi',
      'hi',
      true,
      true,
    ],
    ['the connection, when nothing else is said', 'HTTP/1.1 200 OK\r\n\r\nhi', 'hi', false, true],
    [
      'the connection, with another coding',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nhi',
      'hi',
      false,
      true,
    ],
    ['a length on HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi', 'hi', false, true],
    ['lines that end in LF alone', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nhi', 'hi', true, true],
    ['a folded header', 'HTTP/1.1 200 OK\r\ncontent-length:\r\n  2\r\n\r\nhi', 'hi', true, true],
    ['a cut in a length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi', 'hi', null, false],
    ['a cut in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhi', 'hi', null, false],
    [
      'a cut before the last chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n',
      'hi',
      null,
      false,
    ],
  ])('is found by %s', (_, text, body, keepAlive, complete) => {
    const result = whole(text)
    expect([result.seen[0]?.body, result.seen[0]?.keepAlive, result.complete]).toEqual([
      body,
      keepAlive,
      complete,
    ])
  })

  it('is not found in a head that was cut', () => {
    expect(whole('HTTP/1.1 200 OK\r\ncontent-le')).toEqual({ seen: [], complete: false })
  })
})

describe('what is not HTTP/1.1', () => {
  it.each([
    ['HTTP/2', 'HTTP/2 200\r\n\r\n', /status line/],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', /header line "nonsense"/],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', /content-length "-1"/],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      /content-length "1, 2"/,
    ],
    [
      'a chunk without a size',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n',
      /a chunk without a size/,
    ],
    [
      'a chunk size that is no number',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5x\r\n',
      /no number/,
    ],
    [
      'a chunk longer than its size',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nhi\r\n',
      /longer than its size/,
    ],
    [
      'a huge chunk',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n`,
      /terabyte/,
    ],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\n\r\n', /change of protocol/],
    ['more than the response', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi!', /belong to no request/],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'a'.repeat(70_000)}`, /longer than 64 KiB/],
  ])('such as %s is refused', (_, text, message) => {
    expect(() => whole(text)).toThrow(HttpSyntaxError)
    expect(() => whole(text)).toThrow(message)
  })
})

it.each([
  ['SSH', 'SSH-2.0-OpenSSH_9\r\n', 'what answers there is not HTTP: it begins with "SSH-2.0-OpenSSH_9"'],
  ['a whole head of it', '220 mail\r\n\r\n', 'what answers there is not HTTP: it begins with "220 mail"'],
  [
    'TLS',
    '\x15\x03\x01\0\x02\x02\x46',
    'what answers there is not HTTP, but TLS: try https: it begins with "\\u0015\\u0003\\u0001\\u0000\\u0002\\u0002F"',
  ],
  ['its first byte', 'S', 'what answers there is not HTTP: it begins with "S"'],
])('another protocol is told by what comes of it: %s', (_, text, message) => {
  expect(() => whole(text)).toThrow(new NotHttpError(text))
  expect(() => whole(text)).toThrow(message)
})

it('a head may have 64 KiB, and not a byte more, in one read or in several', () => {
  const head = (bytes: number) => `HTTP/1.1 204 No\r\na: ${'b'.repeat(bytes - 22)}\r\n`
  for (const cutAt of [1, 30_000, 65_536]) {
    const take = (bytes: number) => {
      const parser = new ResponseParser(
        { onHead: () => undefined, onBody: () => undefined, onComplete: () => undefined },
        new HeadReader(),
      )
      parser.expectResponse()
      const all = Buffer.from(`${head(bytes)}\n`)
      const [first, rest] = [all.subarray(0, cutAt), all.subarray(cutAt)]
      parser.push(first, first.length)
      parser.push(rest, rest.length)
      return parser.finish()
    }
    expect(head(65_536)).toHaveLength(65_536)
    expect(take(65_536)).toBe(true)
    expect(() => take(65_537)).toThrow(/longer than 64 KiB/)
  }
})

it('takes nothing more once it is stopped in the middle of a body', () => {
  let pieces = 0
  const parser: ResponseParser = new ResponseParser(
    {
      onHead: () => undefined,
      onBody: () => {
        pieces++
        parser.stop()
      },
      onComplete: () => expect.unreachable(),
    },
    new HeadReader(),
  )
  parser.expectResponse()
  const bytes = Buffer.from(
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n`,
  )
  parser.push(bytes, bytes.length)
  expect([pieces, parser.finish()]).toEqual([1, true])
})
