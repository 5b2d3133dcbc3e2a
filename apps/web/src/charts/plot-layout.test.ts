import { describe, expect, it } from 'vitest'
import type { Series } from './chart-types.ts'
import { withRoom, xTickCount, yScales } from './plot-layout.ts'

const series = (axis: 'left' | 'right'): Series => ({ name: axis, unit: '', color: '', axis, format: String })

describe('layout of a plot', () => {
  it('scales each axis by its own series, with the same number of ticks', () => {
    const rows = [
      { x: 0, values: [900, 7] },
      { x: 1, values: [null, 3] },
    ]
    const scales = yScales(rows, [series('left'), series('right')])
    expect(scales.left.ticks).toEqual([0, 250, 500, 750, 1000])
    expect(scales.right.ticks).toEqual([0, 2, 4, 6, 8])
  })

  it('labels a mark only where it fits', () => {
    const marks = [0, 5, 50, 99].map((x) => ({ x, label: 'level' }))
    const labelled = withRoom(marks, [0, 100], 500)
    expect([...labelled].map((mark) => mark.x)).toEqual([0, 50])
  })

  it('has 2 to 10 x ticks', () => {
    expect([100, 450, 4000].map(xTickCount)).toEqual([2, 5, 10])
  })
})
