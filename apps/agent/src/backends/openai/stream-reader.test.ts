import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../backend.ts'
import { EventLog } from '../event-log.ts'
import { eventTexts } from '../event-text.ts'
import { RecordArena } from '../record-arena.ts'
import { EventTemplates } from './event-templates.ts'
import { newExchange } from './exchange-state.ts'
import type { Verdict } from './response-reader.ts'
import { StreamReader } from './stream-reader.ts'

type Delta = Record<string, unknown>
type Told = { texts: string[]; times: number[]; totals: number[] | null; outcome: string | null }
type Result = Told & Pick<Exchange, 'finishReason' | 'usage' | 'firstEventAt' | 'firstOutputTokenAt'>

/** Reads a stream that comes in these pieces, each a millisecond after the one before. */
function read(pieces: readonly Buffer[], templates = new EventTemplates()): Result {
  const exchange = newExchange()
  const log = new EventLog()
  const reader = new StreamReader(exchange, log, { outputTokens: 0 }, templates)
  let at = 0
  let verdict: Verdict = null
  for (const piece of pieces) {
    const lent = Buffer.from(piece)
    verdict ??= reader.push(lent, 0, lent.length, ++at)
    lent.fill(0)
  }
  const failure = verdict === null || verdict === 'over' ? reader.end(++at) : verdict
  log.copyTo(exchange, new RecordArena(), true)
  const { finishReason, usage, firstEventAt, firstOutputTokenAt } = exchange
  return {
    texts: eventTexts(exchange),
    times: [...exchange.eventAt],
    totals: exchange.eventTotals && [...exchange.eventTotals],
    outcome: failure?.outcome ?? null,
    finishReason,
    usage,
    firstEventAt,
    firstOutputTokenAt,
  }
}

const chunk = (delta: Delta, rest: Delta = {}, finish: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...rest,
})
const event = (value: object, lineEnd = '\n') => `data: ${JSON.stringify(value)}${lineEnd}${lineEnd}`
const TEXTS = [
  'Hello',
  ' world',
  ' "quoted" \\ back',
  '\n\ttab',
  ' 안녕하세요',
  ' 👩‍👩‍👧',
  '\u0001',
  'a',
  ' b',
  ' }]}',
]

const usageOf = (completion: number) => ({
  usage: { prompt_tokens: 7, total_tokens: 7 + completion, completion_tokens: completion },
})

function stream(texts: readonly string[], withUsage: boolean, lineEnd = '\n'): string {
  return [
    event(chunk({ role: 'assistant', content: '' }), lineEnd),
    ...texts.map((text, i) => event(chunk({ content: text }, withUsage ? usageOf(i + 1) : {}), lineEnd)),
    event(chunk({}, {}, 'stop'), lineEnd),
    event({ ...chunk({}), choices: [], ...usageOf(texts.length) }, lineEnd),
    `data: [DONE]${lineEnd}${lineEnd}`,
  ].join('')
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places)].sort((a, b) => a - b)
  return [0, ...sorted].map((from, i) => bytes.subarray(from, sorted[i] ?? bytes.length))
}

describe.each([
  ['LF', '\n'],
  ['CR LF', '\r\n'],
  ['CR', '\r'],
])('a stream with %s line ends', (_, lineEnd) => {
  const bytes = Buffer.from(stream(TEXTS, true, lineEnd))
  const facts = ({ texts, totals, outcome, finishReason, usage }: Result) => [
    texts,
    totals,
    outcome,
    finishReason,
    usage,
  ]
  const expected = [
    TEXTS,
    TEXTS.map((_text, i) => i + 1),
    null,
    'stop',
    { inputTokens: 7, outputTokens: TEXTS.length, reasoningTokens: null },
  ]

  it('gives the same texts and counts cut in two at every byte, and byte by byte', () => {
    for (let at = 0; at <= bytes.length; at++) {
      expect([at, facts(read(cut(bytes, [at])))]).toEqual([at, expected])
    }
    expect(facts(read(cut(bytes, [...bytes.keys()])))).toEqual(expected)
  })

  it('gives each event the time of the piece that completes it, in random pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 60 }), (places) => {
        const pieces = cut(bytes, places)
        const result = read(pieces)
        expect(facts(result)).toEqual(expected)
        // An event is complete with the end of its blank line, or one byte earlier where CR LF may be cut.
        const ends = TEXTS.map((_text, i) =>
          bytes.indexOf(JSON.stringify(chunk({ content: TEXTS[i] }, usageOf(i + 1)))),
        )
        const pieceEnds = pieces.map((_piece, i) =>
          pieces.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0),
        )
        const pieceOf = (offset: number) => 1 + pieceEnds.findIndex((end) => end > offset)
        TEXTS.forEach((text, i) => {
          const json = JSON.stringify(chunk({ content: text }, usageOf(i + 1)))
          const begins = (ends[i] ?? 0) + Buffer.byteLength(json) + lineEnd.length
          expect(result.times[i]).toBe(pieceOf(begins))
        })
      }),
    )
  })
})

describe('events of a known shape', () => {
  it('give what parsing gives, for any text', () => {
    const texts = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(texts, fc.boolean(), (parts, withUsage) => {
        const result = read([Buffer.from(stream(parts, withUsage))])
        expect([result.texts, result.totals, result.outcome]).toEqual([
          parts,
          withUsage ? parts.map((_text, i) => i + 1) : null,
          null,
        ])
      }),
    )
  })

  it('are known to later streams of the same server, whatever their id and time', () => {
    const templates = new EventTemplates()
    read([Buffer.from(stream(['a', 'b'], true))], templates)
    const other = stream(['c', 'd'], true)
      .replaceAll('chatcmpl-1', 'chatcmpl-22')
      .replaceAll('1700000000', '1800000001')
    expect(read([Buffer.from(other)], templates)).toMatchObject({ texts: ['c', 'd'], totals: [1, 2] })
  })

  it.each([
    [
      'a finish reason',
      chunk({ content: 'x' }, {}, 'length'),
      { texts: ['a', 'b', 'x'], finishReason: 'length' },
    ],
    [
      'an error beside the text',
      { ...chunk({ content: 'x' }), error: { message: 'no' } },
      { outcome: 'STREAM_ERROR' },
    ],
    ['reasoning instead of the answer', chunk({ reasoning_content: 'x' }), { texts: ['a', 'b', 'x'] }],
    ['empty text', chunk({ content: '' }), { texts: ['a', 'b'] }],
    ['null for a text', chunk({ content: null }), { texts: ['a', 'b'] }],
    [
      'a tool call',
      chunk({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }),
      { texts: ['a', 'b', 'f{}'] },
    ],
  ])('are not mistaken for %s', (_, odd, expected) => {
    const text = event(chunk({ content: 'a' })) + event(chunk({ content: 'b' })) + event(odd)
    expect(read([Buffer.from(text)])).toMatchObject(expected)
  })

  it('tell reasoning and answer apart when they take turns', () => {
    const deltas = [
      { reasoning_content: 'a' },
      { reasoning_content: 'b' },
      { content: 'c' },
      { reasoning_content: 'd' },
      { content: 'e' },
    ]
    const result = read(deltas.map((delta) => Buffer.from(event(chunk(delta)))))
    expect([result.texts, result.firstOutputTokenAt]).toEqual([['a', 'b', 'c', 'd', 'e'], 3])
  })

  it('are read alike where their text comes in parts', () => {
    const inParts = (text: string) => event(chunk({ content: [{ type: 'text', text }] }))
    const deltas = ['a', 'b', '"c'].map(inParts)
    const thought = event(chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'd' }] }] }))
    const two = event(chunk({ content: [{ text: 'e' }, { text: 'f' }] }))
    const text = [...deltas, thought, inParts('g'), two, inParts('')].join('')
    expect(read([Buffer.from(text)]).texts).toEqual(['a', 'b', '"c', 'd', 'g', 'ef'])
  })

  it('are told from text that looks like one of their keys', () => {
    const tricky = ['","content":"x', '"completion_tokens":9', '{"content":"y"}']
    expect(read([Buffer.from(stream(tricky, true))])).toMatchObject({ texts: tricky, totals: [1, 2, 3] })
  })

  it('count the last total when no usage follows', () => {
    const text = ['a', 'b', 'c']
      .map((part, i) => event(chunk({ content: part }, usageOf(2 * i + 1))))
      .join('')
    expect(read([Buffer.from(text + event(chunk({}, {}, 'stop')))]).usage?.outputTokens).toBe(5)
  })
})

it('takes a total beyond any request for missing, parsed or matched, and the totals with it', () => {
  const told = [1, 2, 4_000_000_000].map((total) => event(chunk({ content: 'a' }, usageOf(total)))).join('')
  expect(read([Buffer.from(told)])).toMatchObject({ totals: null, usage: { outputTokens: 2 } })
})

it('is over with [DONE]: what comes after it is not read', () => {
  const done = Buffer.from(stream(['a'], false))
  const bytes = Buffer.concat([done, Buffer.from('data: {"error":"too late"}\n\n')])
  for (let at = 0; at <= bytes.length; at++) {
    expect([at, read(cut(bytes, [at]))]).toMatchObject([at, { texts: ['a'], outcome: null }])
  }
})

describe('bad streams', () => {
  it.each([
    ['JSON_PARSE_ERROR', 'data: {"choices":[\n\n'],
    ['STREAM_ERROR', event({ error: { message: 'overloaded' } })],
    ['STREAM_ERROR', 'event: error\ndata: out of memory\n\n'],
    ['EMPTY', 'data: [DONE]\n\n'],
    ['EMPTY', event(chunk({ role: 'assistant', content: '' })) + event(chunk({}, {}, 'stop'))],
    ['TRUNCATED', event(chunk({ content: 'a' }))],
    ['STREAM_ERROR', event(chunk({ content: 'a' })) + event(chunk({}, {}, 'abort'))],
  ])('end as %s', (outcome, text) => {
    expect(read([Buffer.from(text)]).outcome).toBe(outcome)
  })

  it('never throw and never hang, whatever the bytes', () => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom('data: ', '\n', '\r', '{"choices":[{"delta":{"content":"', '"}}]}', ':'),
        fc.string(),
      ),
    )
    fc.assert(
      fc.property(noise, fc.array(fc.nat(200), { maxLength: 10 }), (parts, places) => {
        const bytes = Buffer.from(parts.join(''))
        const result = read(
          cut(
            bytes,
            places.filter((place) => place < bytes.length),
          ),
        )
        expect(result.outcome).not.toBeNull()
      }),
    )
  })
})
