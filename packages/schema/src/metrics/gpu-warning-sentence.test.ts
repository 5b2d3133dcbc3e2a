import { expect, it } from 'vitest'
import { gpuWarningSentence } from './gpu-warning-sentence.ts'

const at = { device_index: 2, level_index: 0 }

it.each([
  [
    { code: 'foreign_process' as const, ...at, pid: 7, name: 'python3', memory_used_bytes: 3 * 2 ** 30 },
    "GPU 2 was used by another process too, python3 (pid 7) with 3.0 GiB: the figures are not the server's alone.",
  ],
  [
    { code: 'foreign_process' as const, ...at, pid: 7, name: null, memory_used_bytes: null },
    "GPU 2 was used by another process too, unnamed (pid 7): the figures are not the server's alone.",
  ],
  [
    { code: 'clocks_throttled' as const, ...at, reason: 'sw_power_cap' as const, seconds: 12.34 },
    'GPU 2 ran slower for 12.3 s: the clocks were held back by the power limit.',
  ],
  [
    { code: 'temperature_limit' as const, ...at, peak_celsius: 91, limit_celsius: 90 },
    'GPU 2 reached 91 °C; its hardware slows down from 90 °C on.',
  ],
  [{ code: 'no_readings' as const, ...at, seconds: 4 }, 'GPU 2 gave no readings for 4.0 s.'],
])('%j', (warning, sentence) => {
  expect(gpuWarningSentence({ warning, devices: [2] })).toBe(sentence)
})

it('names every device of one cause', () => {
  const warning = { code: 'no_readings' as const, ...at, seconds: 4 }
  expect(gpuWarningSentence({ warning, devices: [0, 1, 2, 3] })).toBe('GPU 0–3 gave no readings for 4.0 s.')
})

it.each([
  [0, '0 MiB'],
  [4096, '< 1 MiB'],
  [30.9 * 2 ** 20, '30 MiB'],
  [2 ** 30 - 1, '1023 MiB'],
  [2 ** 30, '1.0 GiB'],
])('tells %d bytes of a process as %s', (memory_used_bytes, text) => {
  const warning = { code: 'foreign_process' as const, ...at, pid: 7, name: 'python3', memory_used_bytes }
  expect(gpuWarningSentence({ warning, devices: [2] })).toContain(`python3 (pid 7) with ${text}: `)
})
