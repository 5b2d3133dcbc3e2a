import type { GpuInfo } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { deviceSelection, selectByCuda, selectByIndex } from './device-selection.ts'

const device = (index: number, uuid: string): GpuInfo => ({
  index,
  uuid,
  name: 'NVIDIA L4',
  pci_bus_id: null,
  driver_version: null,
  nvml_version: null,
  cuda_version: null,
  memory_total_bytes: null,
  power_limit_watts: null,
  temperature_limit_celsius: null,
  mig_enabled: null,
  ecc_enabled: null,
})

const DEVICES = [device(0, 'GPU-aa11'), device(1, 'GPU-aa22'), device(2, 'GPU-bb33'), device(3, 'GPU-cc44')]
const HOST = { devices: DEVICES, unread: [] }
/** GPU 1 of them cannot be read: what its UUID is, is not known. */
const DEGRADED = { devices: DEVICES.filter(({ index }) => index !== 1), unread: [{ index: 1, status: 15 }] }
const NO_MIG = () => null
const indices = (all: readonly { index: number }[]) => all.map(({ index }) => index)
const byCuda = (variable: string, parentOfMig: (uuid: string) => string | null = NO_MIG) =>
  indices(selectByCuda(HOST, variable, parentOfMig).devices)

describe('deviceSelection', () => {
  it('goes by the indices that are given, then by CUDA_VISIBLE_DEVICES, then takes all', () => {
    expect(deviceSelection([0, 2], { CUDA_VISIBLE_DEVICES: '1' })).toEqual({ by: 'index', indices: [0, 2] })
    expect(deviceSelection(undefined, { CUDA_VISIBLE_DEVICES: '' })).toEqual({ by: 'cuda', variable: '' })
    expect(deviceSelection(undefined, {})).toEqual({ by: 'all' })
  })
})

describe('selectByIndex', () => {
  it('takes each device once, in the order asked for, and names what is not there', () => {
    const { devices, unread, unknown } = selectByIndex(HOST, [2, 0, 2, 7])
    expect([indices(devices), unread, unknown]).toEqual([[2, 0], [], [7]])
  })

  it('awaits a device that cannot be read, if it is asked for', () => {
    const { devices, unread, unknown } = selectByIndex(DEGRADED, [1, 0])
    expect([indices(devices), indices(unread), unknown]).toEqual([[0], [1], []])
    expect(selectByIndex(DEGRADED, [0, 2]).unread).toEqual([])
  })
})

describe('selectByCuda', () => {
  it('takes indices, UUIDs and beginnings of UUIDs that only one device has', () => {
    expect(byCuda('3, 1')).toEqual([3, 1])
    expect(byCuda('GPU-bb33,GPU-aa2')).toEqual([2, 1])
  })

  it('ends at the first entry that names no device, as CUDA does', () => {
    expect(byCuda('1,9,2')).toEqual([1])
    expect(byCuda('0,-1,2')).toEqual([0])
    expect(byCuda('GPU-aa,0')).toEqual([])
    expect(byCuda('')).toEqual([])
    expect(byCuda('-1')).toEqual([])
    expect(byCuda('none')).toEqual([])
  })

  it('takes the device that a MIG instance is part of', () => {
    expect(byCuda('MIG-GPU-cc44/1/0')).toEqual([3])
    expect(byCuda('MIG-5555', (uuid) => (uuid === 'MIG-5555' ? 'GPU-bb33' : null))).toEqual([2])
    expect(byCuda('MIG-6666,0')).toEqual([])
  })

  it('awaits a device that cannot be read: by its index, or by a UUID that may be its', () => {
    const found = (variable: string) => {
      const { devices, unread } = selectByCuda(DEGRADED, variable, NO_MIG)
      return [indices(devices), indices(unread)]
    }
    expect(found('1')).toEqual([[], [1]])
    expect(found('1,2')).toEqual([[2], [1]])
    expect(found('GPU-aa22,3')).toEqual([[3], [1]])
    expect(found('MIG-5555')).toEqual([[], [1]])
    expect(found('0,2')).toEqual([[0, 2], []])
    expect(found('9,1')).toEqual([[], []])
    expect(found('-1,1')).toEqual([[], []])
    expect(found('')).toEqual([[], []])
  })
})
