import { describe, expect, it } from 'vitest'
import type { GpuWarning } from '../gpu-result.ts'
import { gpuNames, gpuWarningGroups } from './gpu-warning-groups.ts'

const silent = (device_index: number, seconds: number, level_index: number | null = 0): GpuWarning => ({
  code: 'no_readings',
  device_index,
  level_index,
  seconds,
})
const throttled = (device_index: number, seconds: number, reason: 'sw_power_cap' | 'hw_slowdown') => ({
  code: 'clocks_throttled' as const,
  device_index,
  level_index: 0,
  reason,
  seconds,
})
const folded = (warnings: GpuWarning[]) =>
  gpuWarningGroups(warnings).map(({ warning, devices }) => [
    warning.code,
    devices,
    'seconds' in warning ? warning.seconds : null,
  ])

describe('warnings of one cause', () => {
  it('are one: a driver that was away is missing on every device', () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => silent(index, 5 + index / 100))
    expect(folded(all)).toEqual([['no_readings', [0, 1, 2, 3, 4, 5, 6, 7], 5.07]])
  })

  it('are those of one window, of about as long, and with one reason', () => {
    expect(folded([silent(0, 5), silent(1, 5, 1), silent(2, 9), silent(3, 5.4), silent(4, 5, null)])).toEqual(
      [
        ['no_readings', [0, 3], 5.4],
        ['no_readings', [1], 5],
        ['no_readings', [2], 9],
        ['no_readings', [4], 5],
      ],
    )
    expect(
      folded([
        throttled(0, 3, 'sw_power_cap'),
        throttled(1, 3, 'hw_slowdown'),
        throttled(2, 3, 'sw_power_cap'),
      ]),
    ).toEqual([
      ['clocks_throttled', [0, 2], 3],
      ['clocks_throttled', [1], 3],
    ])
  })

  it('are never processes or temperatures, which are each device’s own', () => {
    const hot = (device_index: number): GpuWarning => ({
      code: 'temperature_limit',
      device_index,
      level_index: 0,
      peak_celsius: 90,
      limit_celsius: 87,
    })
    expect(folded([hot(0), hot(1)])).toEqual([
      ['temperature_limit', [0], null],
      ['temperature_limit', [1], null],
    ])
  })
})

it('names devices in a row as one', () => {
  expect(gpuNames([3])).toBe('GPU 3')
  expect(gpuNames([1, 0])).toBe('GPU 0, 1')
  expect(gpuNames([7, 0, 1, 2, 6, 4])).toBe('GPU 0–2, 4, 6, 7')
})
