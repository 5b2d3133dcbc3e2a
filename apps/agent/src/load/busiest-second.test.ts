import { describe, expect, it } from 'vitest'
import { busiestSecond } from './busiest-second.ts'

describe('the busiest second of a trace', () => {
  const trace = [0, 100, 999, 1000, 1050, 5000]

  it('is the one with most requests, wherever it begins', () => {
    expect(busiestSecond(trace, 1)).toBe(4)
    expect(busiestSecond([0, 1000, 2000], 1)).toBe(1)
    expect(busiestSecond([], 1)).toBe(0)
  })

  it('has more of the trace in it the faster the replay', () => {
    expect(busiestSecond(trace, 10)).toBe(6)
    expect(busiestSecond(trace, 0.05)).toBe(2)
  })
})
