import { describe, expect, it } from 'vitest'
import { nvmlPaths } from './nvml-paths.ts'

describe('nvmlPaths', () => {
  it('asks the loader first, then the usual folders, and WSL last', () => {
    const paths = nvmlPaths({}, 'linux')
    expect(paths[0]).toBe('libnvidia-ml.so.1')
    expect(paths).toContain('/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1')
    expect(paths.at(-1)).toBe('/usr/lib/wsl/lib/libnvidia-ml.so.1')
  })

  it('looks only where NVML_LIBRARY says', () => {
    expect(nvmlPaths({ NVML_LIBRARY: '/opt/nvml.so' }, 'linux')).toEqual(['/opt/nvml.so'])
    expect(nvmlPaths({ NVML_LIBRARY: '/opt/nvml.so' }, 'darwin')).toEqual(['/opt/nvml.so'])
  })

  it('goes by the folders of Windows', () => {
    const environment = { SystemRoot: '/windows', ProgramFiles: '/programs' }
    expect(nvmlPaths(environment, 'win32')).toEqual([
      '/windows/System32/nvml.dll',
      '/programs/NVIDIA Corporation/NVSMI/nvml.dll',
    ])
  })

  it('has no place to look on a Mac', () => {
    expect(nvmlPaths({}, 'darwin')).toEqual([])
  })
})
