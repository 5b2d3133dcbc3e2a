import { assert, asyncProperty, integer, array as pieces } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Scan } from './raw-records.ts'
import { arrayRecords } from './scan-array.ts'
import { lineRecords } from './scan-lines.ts'

/** A file's bytes, cut at these places. */
async function* cut(bytes: Buffer, places: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...places].sort((a, b) => a - b)
  let from = 0
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end)
    from = end
  }
}

async function scan(scanner: Scan, text: string, places: readonly number[] = []) {
  const bytes = Buffer.from(text)
  const records: { number: number; text: string; inFile: string }[] = []
  for await (const { start, bytes: found, number } of scanner(cut(bytes, places))) {
    const inFile = bytes.toString('utf8', start, start + found.length)
    records.push({ number, text: found.toString(), inFile })
  }
  return records
}

const LINES = '\ufeff{"a":1}\r\n\n  \n{"b":"世界"}\n{"c":[1,\t2]}'
const ARRAY = '\ufeff [ {"a":"]}\\"[{\\\\"} ,{"\\\\":"\\\\\\""},\n{"b":[{"c":"世"}]},3 ]\n'

describe.each([
  ['lines', lineRecords, LINES, [1, 4, 5]],
  ['an array', arrayRecords, ARRAY, [1, 2, 3, 4]],
] as const)('the records of %s', (_, scanner, text, numbers) => {
  it('are found with their numbers and their places', async () => {
    const records = await scan(scanner, text)
    expect(records.map(({ number }) => number)).toEqual(numbers)
    for (const record of records) expect(record.text).toBe(record.inFile)
    const values = records.map((record) => JSON.parse(record.text.replace('\ufeff', '')))
    expect(values).toEqual(
      scanner === lineRecords
        ? [{ a: 1 }, { b: '世界' }, { c: [1, 2] }]
        : [{ a: ']}"[{\\' }, { '\\': '\\"' }, { b: [{ c: '世' }] }, 3],
    )
  })

  it('are the same however the file is cut into pieces', async () => {
    const whole = await scan(scanner, text)
    const places = pieces(integer({ min: 0, max: Buffer.byteLength(text) }), { maxLength: 12 })
    await assert(
      asyncProperty(places, async (at) => {
        expect(await scan(scanner, text, at)).toEqual(whole)
      }),
    )
  })
})

it('says which entry an array ends in when it was cut off', async () => {
  await expect(scan(arrayRecords, '[{"a":1},{"b":')).rejects.toThrow(
    'ends within entry 2: the file is cut off',
  )
})

it.each([
  ['[1,]', 'has nothing as entry 2: there is a comma too many'],
  ['[ ,1]', 'has nothing as entry 1: there is a comma too many'],
  ['[1, \n ,2]', 'has nothing as entry 2: there is a comma too many'],
  ['[1}', 'ends its array with "}" instead of "]"'],
  ['[1] x', 'goes on after the end of its array: it takes one array, or one object a line'],
  ['[1]\n[2]', 'goes on after the end of its array'],
  ['[1]"', 'goes on after the end of its array'],
  ['[1]]', 'goes on after the end of its array'],
  ['[1] 世', 'goes on after the end of its array'],
])('says why %j is no array', async (text, message) => {
  await expect(scan(arrayRecords, text)).rejects.toThrow(message)
})

it.each([['[]'], [' [ \n]\r\n\t ']])('finds nothing in %j', async (text) => {
  expect(await scan(arrayRecords, text)).toEqual([])
})

it('takes an entry that is no ASCII for an entry, wrong as it is', async () => {
  expect((await scan(arrayRecords, '[世,1]')).map((record) => record.text)).toEqual(['世', '1'])
})
