import { describe, expect, it } from 'vitest'
import { EventCounts, mostAtOnce } from './peaks.ts'

describe('peakPerSecond', () => {
  it('counts seconds from the start given', () => {
    const counts = new EventCounts()
    for (const at of [3300, 2500, 1800, 2499.9]) counts.add(at)
    // From 500: 1500 to 2499 has two, 2500 to 3499 two. From 1800: 1800 to 2799 has three.
    expect(counts.peakPerSecond(500)).toBe(2)
    expect(counts.peakPerSecond(1800)).toBe(3)
  })
  it('is null without events', () => {
    expect(new EventCounts().peakPerSecond(0)).toBeNull()
  })
})

describe('mostAtOnce', () => {
  it('takes spans as half open', () => {
    expect(mostAtOnce([0, 10, 20], [10, 20, 30])).toBe(1)
    expect(mostAtOnce([20, 0, 9], [30, 10, 21])).toBe(2)
    expect(mostAtOnce([], [])).toBe(0)
  })
})
