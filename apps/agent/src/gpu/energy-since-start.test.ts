import { expect, it } from 'vitest'
import { faultyReading } from './device-reader.ts'
import { EnergySinceStart } from './energy-since-start.ts'
import type { GpuReading } from './gpu-reading.ts'

function reading(atMs: number, counter: number | null, watts: number | null): GpuReading {
  const nothing = faultyReading({ index: 0, uuid: 'GPU-1', handle: null }, 'failed')
  return { ...nothing, fault: null, monotonicMs: atMs, energyCounterJoules: counter, power_watts: watts }
}

const added = (...readings: [atMs: number, counter: number | null, watts: number | null][]) => {
  const energy = new EnergySinceStart()
  return readings.map(([atMs, counter, watts]) => {
    const { energy_joules, energy_source } = energy.add(reading(atMs, counter, watts))
    return [energy_joules, energy_source]
  })
}

it('goes by the counter, also over readings without it', () => {
  expect(added([0, 1000, 300], [1000, 1250, 300], [2000, null, 300], [3000, 2000, null])).toEqual([
    [0, 'counter'],
    [250, 'counter'],
    [null, null],
    [1000, 'counter'],
  ])
})

it('goes on when the counter begins at 0 again', () => {
  expect(added([0, 1000, null], [1000, 1500, null], [2000, 40, null], [3000, 90, null])).toEqual([
    [0, 'counter'],
    [500, 'counter'],
    [540, 'counter'],
    [590, 'counter'],
  ])
})

it('integrates power where there is no counter', () => {
  expect(added([0, null, 100], [1000, null, 300], [1500, null, null], [3000, null, 200])).toEqual([
    [0, 'integrated'],
    [200, 'integrated'],
    [null, null],
    [700, 'integrated'],
  ])
})

it('knows nothing without both', () => {
  expect(added([0, null, null])).toEqual([[null, null]])
})
