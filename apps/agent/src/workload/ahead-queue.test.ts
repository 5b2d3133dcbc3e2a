import { describe, expect, it } from 'vitest'
import { AheadQueue } from './ahead-queue.ts'

const NEVER = new AbortController().signal

/** Numbers from 0, and how many were asked for at a time. */
function numbers(count: number, meanTokens: number) {
  const batches: number[] = []
  const items = async (first: number, size: number) => {
    batches.push(size)
    return Array.from({ length: size }, (_, i) => first + i)
  }
  return { batches, source: { open: async () => ({ count, meanTokens }), items } }
}

describe('AheadQueue', () => {
  it('has all of a small level ready after the prefill', async () => {
    const queue = new AheadQueue(numbers(150, 5).source, 0)
    await queue.prefill(150, NEVER)
    expect(Array.from({ length: 151 }, () => queue.take())).toEqual([...Array(150).keys(), null])
  })

  it('goes on beyond what was ready, in order', async () => {
    const queue = new AheadQueue(numbers(Number.POSITIVE_INFINITY, 5).source, 0)
    const taken: number[] = []
    for (let i = 0; i < 5000; i++) taken.push(await queue.next())
    expect(taken).toEqual([...Array(5000).keys()])
  })

  it('prepares and keeps fewer of what is long', async () => {
    const { batches, source } = numbers(Number.POSITIVE_INFINITY, 20_000)
    const queue = new AheadQueue(source, 0)
    await queue.prefill(10_000, NEVER)
    expect(batches).toEqual(Array(200).fill(1))
  })

  it('fails those who wait, and those who come after', async () => {
    const queue = new AheadQueue<number>(
      { open: async () => ({ count: 9, meanTokens: 1 }), items: () => Promise.reject(new Error('broken')) },
      0,
    )
    await expect(queue.next()).rejects.toThrow('broken')
    await expect(queue.next()).rejects.toThrow('broken')
    await expect(queue.prefill(1, NEVER)).rejects.toThrow('broken')
  })
})
