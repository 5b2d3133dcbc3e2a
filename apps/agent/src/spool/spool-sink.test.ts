import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, type RequestRecord, type RunError, RunEvent } from '@llm-loadtest/schema'
import { sampleRecord, sampleResult } from '@llm-loadtest/schema/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RunOutput } from '../run/run-sink.ts'
import { RunSpool } from './run-spool.ts'
import { SpoolSink } from './spool-sink.ts'

let dir: string
let spool: RunSpool
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sink-'))
  spool = await RunSpool.open(join(dir, 'run'))
})
afterEach(async () => {
  await spool.close()
  await rm(dir, { recursive: true, force: true })
})

/** Writes outputs, and what the spool and the run's owner are told of them. */
async function write(...outputs: RunOutput[]) {
  const misfits: RunError[] = []
  let appended = 0
  const sink = new SpoolSink(
    newId('run'),
    spool,
    () => appended++,
    (error) => misfits.push(error),
  )
  for (const output of outputs) sink.write(output)
  await sink.flushed()
  const lines = await Promise.all(Array.from({ length: spool.lastSeq }, (_, i) => spool.read(i + 1)))
  return { events: lines.map((line) => RunEvent.parse(JSON.parse(line))), misfits, appended }
}

const records = (...all: RequestRecord[]): RunOutput => ({ type: 'records', levelIndex: 0, records: all })
const gpu: RunOutput = { type: 'gpu', period_ms: 1000, devices: null, samples: [] }

it('spools what fits, in order', async () => {
  const { events, misfits, appended } = await write(gpu, records(sampleRecord(), sampleRecord()), gpu)
  expect(events.map(({ type, seq }) => [type, seq])).toEqual([
    ['gpu', 1],
    ['request_batch', 2],
    ['gpu', 3],
  ])
  expect([appended, misfits, spool.complete]).toEqual([3, [], false])
})

const level = sampleResult().results[0]
it.each([
  [
    'a record that is no record',
    records(sampleRecord(), sampleRecord({ event_tokens: [1, 1, 1, 1, 1.5] })),
    /^The run was stopped: a record of a request does not fit the protocol \(event_tokens\[4\]: .*int/,
  ],
  [
    'a time that is no number',
    records(sampleRecord({ sent_ms: Number.NaN })),
    /a record of a request .* \(sent_ms: .*NaN/,
  ],
  [
    'events of more times than tokens',
    records(sampleRecord({ event_ms: [1, 2] })),
    /a record of a request .* \(: event_ms and event_tokens differ in length\)/,
  ],
  ['an event that is none', { ...gpu, period_ms: 0 }, /an event of type gpu .* \(period_ms: /],
  [
    'an event that is too large',
    { type: 'level_result', result: { ...level, errors: { ['x'.repeat(9 * 2 ** 20)]: 1 } } },
    /an event of type level_result is larger than a message may be \(9\d{6} bytes\)/,
  ],
] as [
  string,
  RunOutput,
  RegExp,
][])('ends the run at %s, and drops what comes after', async (_, output, message) => {
  const { events, misfits, appended } = await write(gpu, output, gpu)
  expect(events.map(({ type }) => type)).toEqual(['gpu', 'run_failed'])
  expect(events[1]).toMatchObject({
    seq: 2,
    error: { code: 'internal', message: expect.stringMatching(message) },
  })
  expect(misfits).toEqual([events[1]?.type === 'run_failed' && events[1].error])
  expect([appended, spool.complete]).toEqual([2, true])
})
