import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine } from '../../../../tests/nvml-stand-in/script-file.ts'
import { SamplerBench } from './testing/driven-sampler.ts'
import { expectedValues, type ReadingValues, scriptedReadings } from './testing/scripted-device.ts'

const bench = new SamplerBench()
afterAll(() => bench.remove())

const DEVICE_0 = deviceLine(0, scriptedReadings(0))
const RESERVED = 500 * 2 ** 20
const MEMORY_V1 = {
  memory_used_bytes: 40_000 * 2 ** 20 + RESERVED,
  memory_reserved_bytes: null,
} satisfies Partial<ReadingValues>

/** What one function gives, and so what is null (or else) when it alone fails or is missing. */
const FUNCTIONS: readonly [symbol: string, without: Partial<ReadingValues>][] = [
  ['nvmlDeviceGetMemoryInfo_v2', MEMORY_V1],
  ['nvmlDeviceGetUtilizationRates', { gpu_utilization_percent: null, memory_utilization_percent: null }],
  ['nvmlDeviceGetTemperature', { temperature_celsius: null }],
  ['nvmlDeviceGetPowerUsage', { power_watts: null }],
  ['nvmlDeviceGetEnforcedPowerLimit', { power_limit_watts: null }],
  ['nvmlDeviceGetTotalEnergyConsumption', { energyCounterJoules: null }],
  ['nvmlDeviceGetClockInfo', { sm_clock_mhz: null, memory_clock_mhz: null }],
  ['nvmlDeviceGetPerformanceState', { performance_state: null }],
  ['nvmlDeviceGetCurrentClocksEventReasons', {}],
  ['nvmlDeviceGetTotalEccErrors', { ecc_corrected_errors: null, ecc_uncorrected_errors: null }],
  ['nvmlDeviceGetPcieThroughput', { pcie_tx_bytes_per_second: null, pcie_rx_bytes_per_second: null }],
  ['nvmlDeviceGetFanSpeed', { fan_percent: null }],
]

/** Functions of which a driver has the older one, or neither. */
const PAIRS: readonly [symbols: readonly string[], without: Partial<ReadingValues>][] = [
  [
    ['nvmlDeviceGetMemoryInfo_v2', 'nvmlDeviceGetMemoryInfo'],
    { memory_used_bytes: null, memory_total_bytes: null, memory_reserved_bytes: null },
  ],
  [
    ['nvmlDeviceGetCurrentClocksEventReasons', 'nvmlDeviceGetCurrentClocksThrottleReasons'],
    { throttle_reasons: null },
  ],
  [['nvmlDeviceGetComputeRunningProcesses_v3'], {}],
  [['nvmlDeviceGetComputeRunningProcesses_v3', 'nvmlDeviceGetComputeRunningProcesses_v2'], {}],
  [
    [
      'nvmlDeviceGetComputeRunningProcesses_v3',
      'nvmlDeviceGetComputeRunningProcesses_v2',
      'nvmlDeviceGetComputeRunningProcesses',
    ],
    { processes: null },
  ],
]

describe.skipIf(cCompiler === null)('a function that an older driver lacks', () => {
  beforeAll(() => bench.script.write(DRIVER, DEVICE_0))

  it.each(FUNCTIONS)('%s takes its own readings with it and no other', async (symbol, without) => {
    await bench.with(({ tick }) => expect(tick()).toEqual([{ ...expectedValues(0), ...without }]), {
      missing: [symbol],
    })
  })

  it.each(PAIRS)('%j falls back on the one before it', async (symbols, without) => {
    await bench.with(({ tick }) => expect(tick()).toEqual([{ ...expectedValues(0), ...without }]), {
      missing: symbols,
    })
  })

  it('leaves what it says of a device null', async () => {
    const missing = [
      'nvmlSystemGetDriverVersion',
      'nvmlSystemGetNVMLVersion',
      'nvmlSystemGetCudaDriverVersion_v2',
      'nvmlSystemGetCudaDriverVersion',
      'nvmlDeviceGetPciInfo_v3',
      'nvmlDeviceGetTemperatureThreshold',
      'nvmlDeviceGetMigMode',
      'nvmlDeviceGetEccMode',
    ]
    await bench.with(
      ({ devices }) =>
        expect(devices[0]).toMatchObject({
          driver_version: null,
          nvml_version: null,
          cuda_version: null,
          pci_bus_id: null,
          temperature_limit_celsius: null,
          mig_enabled: null,
          ecc_enabled: null,
        }),
      { missing },
    )
    await bench.with(({ devices }) => expect(devices[0]?.cuda_version).toBe('12.4'), {
      missing: ['nvmlSystemGetCudaDriverVersion_v2'],
    })
  })
})

describe.skipIf(cCompiler === null)('a reading that fails', () => {
  // Not supported, not permitted, timeout, unknown to the driver, no data, unknown.
  it.each([3, 4, 10, 13, 21, 999])('with code %d is null, and the others are not', async (code) => {
    for (const [symbol, without] of FUNCTIONS) {
      bench.script.write(DRIVER, DEVICE_0, `fail ${symbol} 0 ${code}`)
      await bench.with(({ tick }) => expect(tick(), symbol).toEqual([{ ...expectedValues(0), ...without }]))
    }
  })

  it('is there again when it works again', async () => {
    bench.script.write(DRIVER, DEVICE_0, 'fail nvmlDeviceGetPowerUsage 0 999 2..3')
    await bench.with(({ tick }) => {
      expect([tick(), tick(), tick(), tick()].flat().map(({ power_watts }) => power_watts)).toEqual([
        650.123,
        null,
        null,
        650.123,
      ])
    })
  })

  it('leaves a device with the one reading it has', async () => {
    bench.script.write(DRIVER, deviceLine(0, { temperature_celsius: 41 }))
    await bench.with(({ tick }) => {
      const [reading] = tick()
      const there = Object.entries(reading ?? {}).filter(([, value]) => value !== null)
      expect(there).toEqual([
        ['device_index', 0],
        ['uuid', expectedValues(0).uuid],
        ['temperature_celsius', 41],
        ['processes', []],
      ])
    })
  })
})
