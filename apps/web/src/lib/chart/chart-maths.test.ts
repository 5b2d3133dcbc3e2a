import { describe, expect, it } from 'vitest'
import { axisScale, highestOf, niceStep } from './axis-scale.ts'
import { type ChartRow, downsample } from './downsample.ts'
import { isolatedRows } from './isolated.ts'
import { panBy, rowsWithin, scaleBy, zoomTo } from './zoom.ts'

const row = (x: number, ...values: (number | null)[]): ChartRow => ({ x, values })

describe('downsample', () => {
  it('leaves a short series alone', () => {
    const rows = [row(0, 1), row(1, 2)]
    expect(downsample(rows, 1)).toBe(rows)
  })

  it('keeps each extreme of each series, each gap, both ends, and the order', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => row(i, 10, i % 2))
    rows[4321] = row(4321, 999, 0)
    rows[4322] = row(4322, -5, 0)
    rows[7000] = row(7000, null, 0)
    const kept = downsample(rows, 100)
    expect(kept.length).toBeLessThanOrEqual(100 * 5 + 2)
    for (const x of [0, 4321, 4322, 7000, 9999]) expect(kept).toContain(rows[x])
    expect(kept.map((each) => each.x)).toEqual(kept.map((each) => each.x).toSorted((a, b) => a - b))
  })
})

describe('axis scale', () => {
  it('rounds up to 1, 2, 2.5 or 5', () => {
    expect([0.011, 0.2, 1, 1.1, 2.3, 24, 26, 700].map(niceStep)).toEqual([0.02, 0.2, 1, 2, 2.5, 25, 50, 1000])
    expect(niceStep(0)).toBe(1)
  })

  it('has the same number of ticks for any data', () => {
    expect(axisScale(90, 4)).toEqual({ max: 100, ticks: [0, 25, 50, 75, 100] })
    expect(axisScale(null, 4)).toEqual({ max: 4, ticks: [0, 1, 2, 3, 4] })
    expect(axisScale(0.7, 4).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8])
  })

  it('ignores missing values', () => {
    expect(highestOf([null, 3, -1])).toBe(3)
    expect(highestOf([null])).toBeNull()
  })
})

describe('zoom', () => {
  it('cuts a drag to the whole, in either direction', () => {
    expect(zoomTo([20, 5], [0, 100])).toEqual([5, 20])
    expect(zoomTo([-10, 40], [0, 100])).toEqual([0, 40])
    expect(zoomTo([50, 50.2], [0, 100])).toBeNull()
    expect(zoomTo([-1, 101], [0, 100])).toBeNull()
  })

  it('pans within the whole', () => {
    expect(panBy([20, 40], 0.5, [0, 100])).toEqual([30, 50])
    expect(panBy([20, 40], -2, [0, 100])).toEqual([0, 20])
    expect(panBy([70, 90], 3, [0, 100])).toEqual([80, 100])
  })

  it('scales about the middle and ends at the whole', () => {
    expect(scaleBy([20, 40], 0.5, [0, 100])).toEqual([25, 35])
    expect(scaleBy([0, 20], 2, [0, 100])).toEqual([0, 40])
    expect(scaleBy([10, 90], 2, [0, 100])).toBeNull()
  })

  it('takes one row more on each side', () => {
    const rows = [0, 1, 2, 3, 4, 5].map((x) => row(x, x))
    expect(rowsWithin(rows, [1.5, 3.5]).map((each) => each.x)).toEqual([1, 2, 3, 4])
    expect(rowsWithin(rows, null)).toBe(rows)
  })
})

describe('isolated values', () => {
  it('are those between two gaps, at the ends too', () => {
    const rows = [row(0, 1), row(1, null), row(2, 5), row(3, null), row(4, 1), row(5, 2)]
    expect([...isolatedRows(rows, 0)].map((each) => each.x)).toEqual([0, 2])
    expect(isolatedRows(rows, 1).size).toBe(0)
  })
})
