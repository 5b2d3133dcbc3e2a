import { describe, expect, it } from 'vitest'
import { absenceOf, type Machine } from './absence.ts'
import { ForeignCallsUnavailable, NvmlNotFound } from './nvml.ts'
import { NvmlNotStarted } from './nvml-connection.ts'

const machine = (platform: NodeJS.Platform, ...paths: string[]): Machine => ({
  platform,
  exists: (path) => paths.includes(path),
})
const NOT_FOUND = new NvmlNotFound([{ path: 'libnvidia-ml.so.1', reason: 'cannot open shared object file' }])

describe('why no library could be loaded', () => {
  it('is that there is none, with what to do', () => {
    const { reason, message } = absenceOf(NOT_FOUND, undefined, machine('linux'))
    expect(reason).toBe('no_library')
    expect(message).toContain('--gpus all')
  })

  it('is that the named one does not load, with what the loader said', () => {
    expect(absenceOf(NOT_FOUND, '/opt/nvml.so', machine('linux', '/dev/kfd'))).toEqual({
      reason: 'no_library',
      message: 'NVML_LIBRARY is /opt/nvml.so, which cannot be used: cannot open shared object file',
    })
  })

  it("is that AMD's and Apple's GPUs are not supported yet", () => {
    for (const other of [
      machine('linux', '/dev/kfd'),
      machine('linux', '/sys/module/amdgpu'),
      machine('darwin'),
    ]) {
      const { reason, message } = absenceOf(NOT_FOUND, undefined, other)
      expect(reason).toBe('unsupported_vendor')
      expect(message).toMatch(/not supported yet, only NVIDIA's/)
    }
  })

  it('is that koffi does not load here', () => {
    const { reason, message } = absenceOf(new ForeignCallsUnavailable('no binary'), undefined)
    expect(reason).toBe('failed')
    expect(message).toContain('no binary')
  })
})

describe('why NVML does not start', () => {
  it('goes by its return code', () => {
    expect(
      [9, 18, 4, 17, 999].map((status) => absenceOf(new NvmlNotStarted(status), undefined).reason),
    ).toEqual(['no_driver', 'no_driver', 'no_permission', 'no_permission', 'failed'])
    expect(absenceOf(new NvmlNotStarted(999), undefined).message).toContain('999')
  })
})
