import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { drawLength } from './lengths.ts'

describe('drawLength', () => {
  it('gives a fixed length', () => {
    expect(drawLength(7, createRandom(1))).toBe(7)
  })

  it('draws normally, cut to its bounds', () => {
    const length = { mean: 100, std: 20, min: 80, max: 130 }
    const random = createRandom(1)
    const drawn = Array.from({ length: 5000 }, () => drawLength(length, random))
    expect(Math.min(...drawn)).toBe(80)
    expect(Math.max(...drawn)).toBe(130)
    expect(drawn.reduce((a, b) => a + b) / drawn.length).toBeCloseTo(101, -1)
    const again = createRandom(1)
    expect(drawn.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => drawLength(length, again)))
  })

  it('draws each length of a range about as often, both ends included', () => {
    const random = createRandom(2)
    const counts = new Map<number, number>()
    for (let i = 0; i < 6000; i++) {
      const drawn = drawLength({ min: 10, max: 12 }, random)
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([10, 11, 12])
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(150)
  })
})
