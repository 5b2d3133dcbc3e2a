import { sampleGpu } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { logGpus } from './gpu-log.ts'

it('names the GPUs that cannot be read, and says when one is found', () => {
  const lines: string[] = []
  let tick: Parameters<GpuMonitor['subscribe']>[0] = () => undefined
  const subscribe: GpuMonitor['subscribe'] = (listener) => {
    tick = listener
    return () => undefined
  }
  const gpus = { devices: [sampleGpu()], unread: [{ index: 1, status: 15 }], absence: null, subscribe }
  logGpus(gpus, { info: (line) => lines.push(line) })
  tick([])
  expect(lines).toEqual(['GPU 1 is lost: it is left out until it answers.'])
  gpus.devices = [sampleGpu(), sampleGpu({ index: 1, uuid: 'GPU-1', name: 'NVIDIA L4' })]
  tick([])
  tick([])
  expect(lines.slice(1)).toEqual(['GPU 1 (NVIDIA L4) answers: it is sampled now.'])
})

it('says why there is none to read', () => {
  const lines: string[] = []
  const absence = { reason: 'no_driver' as const, message: 'The driver is not loaded.' }
  const gpus = { devices: [], unread: [], absence, subscribe: () => () => undefined }
  logGpus(gpus, { info: (line) => lines.push(line) })
  expect(lines).toEqual(['The driver is not loaded.'])
})
