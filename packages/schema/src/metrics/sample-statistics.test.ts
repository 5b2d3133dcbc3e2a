import { expect, it } from 'vitest'
import { sampleStatistics, TimeCounts } from './sample-statistics.ts'

const figures = (statistics: ReturnType<typeof sampleStatistics>) =>
  statistics && {
    ...statistics,
    percentile: [0, 10, 25, 50, 99, 100].map(statistics.percentile),
  }

// numpy.mean, std and percentile(x, [0, 10, 25, 50, 99, 100]) of [1, 2, 3, 5, 9].
const expected = {
  count: 5,
  sum: 20,
  min: 1,
  max: 9,
  mean: 4,
  std: Math.sqrt(8),
  percentile: [1, 1.4, 2, 3, 8.84, 9],
}

it('tells any percentile of samples, which it leaves as they are', () => {
  const samples = [9, 1, 3, 5, 2]
  expect(figures(sampleStatistics(samples))).toEqual(expected)
  expect(samples).toEqual([9, 1, 3, 5, 2])
  expect(sampleStatistics([])).toBeNull()
})

it('tells the same of counted times', () => {
  const counts = new TimeCounts()
  for (const ms of [9, 1, 3, 5, 2]) counts.add(ms)
  expect(figures(counts.statistics())).toEqual(expected)
  expect(new TimeCounts().statistics()).toBeNull()
})

it('counts a time as often as it comes, to the microsecond', () => {
  const counts = new TimeCounts()
  for (const ms of [0.1 + 0.2, 12.345, 0.3, 12.345, 0.3]) counts.add(ms)
  expect(figures(counts.statistics())).toMatchObject({
    count: 5,
    min: 0.3,
    max: 12.345,
    sum: 25.59,
    percentile: [0.3, 0.3, 0.3, 0.3, 12.345, 12.345],
  })
})
