import { describe, expect, it } from 'vitest'
import { cudaVersion, throttleReasons } from './nvml-constants.ts'

describe('throttleReasons', () => {
  it('names each bit, and none of those it does not know', () => {
    expect(throttleReasons(0n)).toEqual([])
    expect(throttleReasons(0x1ffn)).toEqual([
      'gpu_idle',
      'applications_clocks_setting',
      'sw_power_cap',
      'hw_slowdown',
      'sync_boost',
      'sw_thermal_slowdown',
      'hw_thermal_slowdown',
      'hw_power_brake_slowdown',
      'display_clock_setting',
    ])
    expect(throttleReasons(0x8000_0000_0000_0044n)).toEqual(['sw_power_cap', 'hw_thermal_slowdown'])
  })
})

describe('cudaVersion', () => {
  it('is MAJOR.MINOR', () => {
    expect([12040, 11080, 13000].map(cudaVersion)).toEqual(['12.4', '11.8', '13.0'])
  })
})
