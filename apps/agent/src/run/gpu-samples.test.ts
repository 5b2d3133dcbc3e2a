import { GpuSample } from '@llm-loadtest/schema'
import { sampleGpu, sampleGpuReading } from '@llm-loadtest/schema/testing'
import { describe, expect, it } from 'vitest'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { GpuSamples } from './gpu-samples.ts'
import type { RunOutput } from './run-sink.ts'

const START_MS = 5_000_000
const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A reading so many ms after the run's start. */
function reading(atMs: number, change: Partial<GpuReading> = {}): GpuReading {
  const { at_ms, at, energy_joules, energy_source, ...readings } = sampleGpuReading()
  const clocks = { monotonicMs: START_MS + atMs, wallMs: WALL_MS + atMs }
  return { ...readings, ...clocks, energyCounterJoules: 900 + atMs / 10, ...change }
}

/** A run whose GPUs are read when the test says so. */
function sampled({ periodMs = 1000, latest = [] as GpuReading[], devices = [sampleGpu()] } = {}) {
  const written: Extract<RunOutput, { type: 'gpu' }>[] = []
  let listener: ((readings: readonly GpuReading[]) => void) | null = null
  const source = {
    devices,
    periodMs,
    latest,
    subscribe: (added: (readings: readonly GpuReading[]) => void) => {
      listener = added
      return () => {
        listener = null
      }
    },
  }
  const sink = {
    write: (output: RunOutput) => {
      if (output.type === 'gpu') written.push(output)
    },
    flushed: () => Promise.resolve(),
  }
  const samples = new GpuSamples(source, START_MS, sink)
  return { written, samples, source, tick: (...readings: GpuReading[]) => listener?.(readings) }
}

const energies = (readings: readonly GpuReading[]) => {
  const { written, samples, tick } = sampled()
  for (const each of readings) tick(each)
  samples.stop()
  return written.flatMap((output) => output.samples.map((each) => [each.energy_joules, each.energy_source]))
}

describe('samples of a run', () => {
  it('carry both clocks, and the devices with the first', () => {
    const { written, samples, tick } = sampled()
    tick(reading(400))
    tick(reading(1399.5))
    tick(reading(2401))
    samples.stop()
    expect(written.map(({ devices }) => devices)).toEqual([[sampleGpu()], null, null])
    expect(written.map(({ period_ms }) => period_ms)).toEqual([1000, 1000, 1000])
    const [first] = written[0]?.samples ?? []
    expect(GpuSample.parse(first)).toEqual(
      sampleGpuReading({ at_ms: 400, at: '2026-01-02T03:04:05.400Z', energy_joules: 0 }),
    )
    expect(written.map((output) => output.samples[0]?.at_ms)).toEqual([400, 1399.5, 2401])
  })

  it('bring the devices again when one was found', () => {
    const { written, samples, tick, source } = sampled({ devices: [] })
    source.devices = [sampleGpu({ index: 1 })]
    tick(reading(0, { device_index: 1 }))
    source.devices = [sampleGpu(), sampleGpu({ index: 1 })]
    tick(reading(1000), reading(1001, { device_index: 1 }))
    tick(reading(2000), reading(2001, { device_index: 1 }))
    samples.stop()
    const told = written.map(({ devices }) => devices?.map(({ index }) => index) ?? null)
    expect(told).toEqual([[1], [0, 1], null])
  })

  it('are handed on once a second however often they are taken', () => {
    const { written, samples, tick } = sampled({ periodMs: 100 })
    for (let atMs = 0; atMs <= 2500; atMs += 100) tick(reading(atMs))
    expect(written.map((output) => output.samples.map(({ at_ms }) => at_ms))).toEqual([
      [0],
      [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
      [1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 1900, 2000],
    ])
    samples.stop()
    expect(written.at(-1)?.samples.map(({ at_ms }) => at_ms)).toEqual([2100, 2200, 2300, 2400, 2500])
  })

  it('are at most as many at once as the wire takes', () => {
    const { written, samples } = sampled({
      latest: Array.from({ length: 700 }, (_, index) => reading(10, { device_index: index })),
    })
    samples.stop()
    expect(written.map((output) => [output.samples.length, output.devices?.length])).toEqual([
      [640, 1],
      [60, undefined],
    ])
  })

  it('leave out what was read before the run and after it', () => {
    const { written, samples, tick } = sampled()
    tick(reading(-0.5))
    tick(reading(999))
    samples.stop()
    tick(reading(2000))
    expect(written.flatMap((output) => output.samples.map(({ at_ms }) => at_ms))).toEqual([999])
  })

  it('are the newest reading of a run that was shorter than the period', () => {
    const { written, samples } = sampled({ latest: [reading(-300)] })
    samples.stop()
    expect(written.map((output) => output.samples.map(({ at_ms }) => at_ms))).toEqual([[-300]])
    expect(written[0]?.devices).toEqual([sampleGpu()])
  })
})

describe('the energy since the first sample', () => {
  it('is the difference of the counter, for each device', () => {
    const { written, tick } = sampled()
    tick(reading(0), reading(1, { device_index: 1, energyCounterJoules: 50 }))
    tick(reading(1000), reading(1001, { device_index: 1, energyCounterJoules: 350.5 }))
    expect(written[1]?.samples.map((each) => each.energy_joules)).toEqual([100, 300.5])
  })

  it('goes on when the counter begins anew, and is unknown while the device is lost', () => {
    const lost = { energyCounterJoules: null, power_watts: null, fault: 'gpu_lost' as const }
    expect(
      energies([
        reading(0, { energyCounterJoules: 900 }),
        reading(1000, { energyCounterJoules: 1000 }),
        reading(2000, lost),
        reading(3000, { energyCounterJoules: 20 }),
        reading(4000, { energyCounterJoules: 120 }),
      ]),
    ).toEqual([
      [0, 'counter'],
      [100, 'counter'],
      [null, null],
      [120, 'counter'],
      [220, 'counter'],
    ])
  })

  it('is power × time where there is no counter', () => {
    const power = (atMs: number, watts: number | null) =>
      reading(atMs, { power_watts: watts, energyCounterJoules: null })
    expect(
      energies([power(0, null), power(1000, 100), power(2000, 300), power(3000, null), power(4000, 100)]),
    ).toEqual([
      [null, null],
      [0, 'integrated'],
      [200, 'integrated'],
      [null, null],
      [600, 'integrated'],
    ])
  })
})
