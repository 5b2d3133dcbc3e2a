import { GpuTrace, gpuResult } from '@llm-loadtest/schema/metrics'
import { sampleGpu, sampleGpuReading, sampleResult } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import { gpuLines } from './gpu-text.ts'
import { resultText } from './result-table.ts'

const GIB = 2 ** 30
const { results } = sampleResult()

/** Two GPUs at 100 and 300 W, sampled ten times a second; the second draws too much. */
function sampled() {
  const trace = new GpuTrace()
  const samples = Array.from({ length: 11 }, (_, i) => i * 100).flatMap((at_ms) => [
    sampleGpuReading({ at_ms, memory_used_bytes: 10 * GIB + at_ms, gpu_utilization_percent: 80 }),
    sampleGpuReading({
      at_ms,
      device_index: 1,
      memory_used_bytes: 20.5 * GIB,
      gpu_utilization_percent: null,
      power_watts: 300,
      energy_joules: (at_ms * 300) / 1000,
      throttle_reasons: ['sw_power_cap'],
    }),
  ])
  trace.add({ period_ms: 100, devices: [sampleGpu(), sampleGpu({ index: 1 })], samples })
  return gpuResult(trace, results)
}

it('gives each level and device a row, and the warnings in words', () => {
  // The first level: 541 ms at 400 W for 15 output tokens; the second: 410 ms for 10.
  expect(
    gpuLines(sampleResult({ gpu: sampled() }))
      .join('\n')
      .split('\n'),
  ).toEqual([
    '        Level  GPU  Memory peak  Utilisation     Power     Energy',
    '                          (GiB)     mean (%)  mean (W)  (J/token)',
    'concurrency 1    0         10.0           80       100       14.4',
    '                 1         20.5            –       300           ',
    'concurrency 4    0         10.0           80       100       16.4',
    '                 1         20.5            –       300           ',
    '',
    'GPU warnings:',
    '  concurrency 1: GPU 1 ran slower for 0.5 s: the clocks were held back by the power limit.',
    '  concurrency 4: GPU 1 ran slower for 0.4 s: the clocks were held back by the power limit.',
    '  outside the levels: GPU 1 ran slower for 0.5 s: the clocks were held back by the power limit.',
    '',
  ])
})

it('says nothing where no GPU was sampled', () => {
  expect(gpuLines(sampleResult())).toEqual([])
})

it('stands below the table of the levels', () => {
  const [figures, warnings] = ['Memory peak', 'GPU warnings:'].map((text) =>
    resultText(sampleResult({ gpu: sampled() })).indexOf(text),
  )
  expect(figures).toBeGreaterThan(0)
  expect(warnings).toBeGreaterThan(figures ?? 0)
})
