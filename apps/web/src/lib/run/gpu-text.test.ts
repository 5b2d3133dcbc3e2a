import { describe, expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { ko } from '../../i18n/ko.ts'
import { createFormat } from '../format.ts'
import { gpuSample } from './gpu-samples.fixture.ts'
import { absenceTitle, stateText, throttledText, warningText } from './gpu-text.ts'

const f = createFormat('en')
const at = { device_index: 2, level_index: 0 }

describe('GPU warnings', () => {
  it('say where and what in a sentence of the language', () => {
    const foreign = {
      code: 'foreign_process' as const,
      ...at,
      pid: 4242,
      name: 'train.py',
      memory_used_bytes: 2 ** 31,
    }
    expect(warningText(foreign, 'Concurrency 8', en, f)).toBe(
      'GPU 2, Concurrency 8: train.py (process 4242) was computing on it as well (memory: 2.0 GiB).',
    )
    expect(warningText(foreign, '동시 요청 8', ko, createFormat('ko'))).toBe(
      'GPU 2, 동시 요청 8: 다른 프로그램도 이 GPU에서 계산했습니다: train.py (프로세스 4242), 메모리 2.0 GiB.',
    )
  })

  it('leave out what is not known', () => {
    const foreign = {
      code: 'foreign_process' as const,
      ...at,
      level_index: null,
      pid: 7,
      name: null,
      memory_used_bytes: null,
    }
    expect(warningText(foreign, null, en, f)).toBe(
      'GPU 2, outside the levels: process 7 was computing on it as well (memory: –).',
    )
  })

  it('tell throttling, heat and missing readings', () => {
    const sentences = [
      warningText({ code: 'clocks_throttled', ...at, reason: 'sw_power_cap', seconds: 3.25 }, 'L', en, f),
      warningText({ code: 'temperature_limit', ...at, peak_celsius: 91, limit_celsius: 90 }, 'L', en, f),
      warningText({ code: 'no_readings', ...at, seconds: 75 }, 'L', en, f),
    ]
    expect(sentences).toEqual([
      'GPU 2, L: its clocks were held back for 3.3 s (power cap).',
      'GPU 2, L: it reached 91 °C, and slows down at 90 °C.',
      'GPU 2, L: it gave no readings for 1 m 15 s.',
    ])
  })
})

describe('the state of a GPU', () => {
  it('is its fault before all else, then what holds its clocks back', () => {
    expect(stateText(gpuSample(0, 0, { fault: 'gpu_lost' }), en)).toBe(
      'Lost: the driver no longer reaches it',
    )
    expect(stateText(gpuSample(0, 0, { throttle_reasons: ['sw_power_cap', 'hw_slowdown'] }), en)).toBe(
      'power cap, hardware slowdown',
    )
    expect(stateText(gpuSample(0, 0, { throttle_reasons: [] }), en)).toBe('Full clocks')
    expect(stateText(gpuSample(0, 0), en)).toBe('–')
  })

  it('counts the seconds of each reason', () => {
    expect(throttledText({ sw_power_cap: 1.25, hw_slowdown: 10 }, en, f)).toBe(
      '1.3 (power cap), 10.0 (hardware slowdown)',
    )
    expect(throttledText({}, en, f)).toBe('–')
  })
})

it('does not say that there is no GPU when it was switched off or could not be read', () => {
  expect(absenceTitle('no_library', en)).toBe('No NVIDIA GPU on this agent')
  expect(absenceTitle(null, en)).toBe('No NVIDIA GPU on this agent')
  expect(absenceTitle('no_permission', en)).toBe('The GPUs of this agent cannot be read')
  expect(absenceTitle('switched_off', en)).toBe('GPU sampling is off on this agent')
})
