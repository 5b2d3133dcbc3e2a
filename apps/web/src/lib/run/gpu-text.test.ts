import { describe, expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { ko } from '../../i18n/ko.ts'
import { createFormat } from '../format.ts'
import { gpuSample } from './gpu-samples.fixture.ts'
import { absenceTitle, stateText, throttledText, warningText } from './gpu-text.ts'

const f = createFormat('en')
const at = { device_index: 2, level_index: 0 }

it('puts a warning into a sentence of the page’s language, after the level it is of', () => {
  const foreign = {
    code: 'foreign_process' as const,
    ...at,
    pid: 4242,
    name: 'train.py',
    memory_used_bytes: 2 ** 31,
  }
  expect(warningText({ warning: foreign, devices: [2] }, 'Concurrency 8', en)).toBe(
    "Concurrency 8: GPU 2 was used by another process too, train.py (pid 4242) with 2.0 GiB: the figures are not the server's alone.",
  )
  expect(warningText({ warning: foreign, devices: [2] }, '동시 요청 8', ko)).toBe(
    '동시 요청 8: GPU 2에서 다른 프로세스도 실행되었습니다: train.py (PID 4242, 메모리 2.0 GiB). 서버만의 수치가 아닙니다.',
  )
  const throttled = {
    code: 'clocks_throttled' as const,
    ...at,
    reason: 'sw_power_cap' as const,
    seconds: 3.2,
  }
  expect(warningText({ warning: throttled, devices: [2] }, null, ko)).toBe(
    '단계 밖: GPU 2의 클럭이 3.2초 동안 제한되었습니다. 원인: 전력 한도.',
  )
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
