import type { GpuProcess } from '@llm-loadtest/schema'
import type { NvmlLibrary } from './nvml.ts'
import { NVML_RETURN, VALUE_NOT_AVAILABLE } from './nvml-constants.ts'
import { succeeded } from './nvml-fault.ts'
import type { NvmlFunctionName } from './nvml-functions.ts'
import type { NvmlStructName } from './nvml-layouts.ts'
import { ProcessNames } from './process-names.ts'
import { StructMemory } from './struct-memory.ts'

/** Most processes of a device in a sample. */
const MAX_LISTED = 64
const ROOM = 128
/** Processes may start between being counted and being listed. */
const TRIES = 4

type Version = { name: NvmlFunctionName; struct: NvmlStructName }
const VERSIONS: readonly Version[] = [
  { name: 'nvmlDeviceGetComputeRunningProcesses_v3', struct: 'nvmlProcessInfo_v2_t' },
  { name: 'nvmlDeviceGetComputeRunningProcesses_v2', struct: 'nvmlProcessInfo_v2_t' },
  { name: 'nvmlDeviceGetComputeRunningProcesses', struct: 'nvmlProcessInfo_v1_t' },
]

/** Whether the driver's _v3 fills a longer struct under the same name: R535 did until 535.98, and would write past ours. */
export function hasLongerProcessInfo(driverVersion: string | null): boolean {
  const [, minor] = /^535\.(\d+)/.exec(driverVersion ?? '') ?? []
  return minor !== undefined && Number(minor) < 98
}

/** The compute processes on a device, through the newest of the functions that the library has. */
export class ProcessList {
  readonly #library: NvmlLibrary
  readonly #names: ProcessNames
  readonly #versions: readonly Version[]
  readonly #count = new Uint32Array(1)
  readonly #rooms = new Map<NvmlStructName, StructMemory>()

  constructor(library: NvmlLibrary, driverVersion: string | null) {
    this.#library = library
    this.#names = new ProcessNames(library)
    this.#versions = hasLongerProcessInfo(driverVersion) ? VERSIONS.slice(1) : VERSIONS
  }

  /** @returns at most 64; null when the device does not list them. Throws NvmlFault. */
  read(handle: bigint): GpuProcess[] | null {
    for (const { name, struct } of this.#versions) {
      const status = this.#fill(name, struct, handle)
      if (status === NVML_RETURN.functionNotFound) continue
      return succeeded(status) ? this.#listed(this.#room(struct)) : null
    }
    return null
  }

  /** Forgets the processes that are on no device any more. Call it when all devices have been read. */
  tickOver(): void {
    this.#names.forgetUnseen()
  }

  #fill(name: NvmlFunctionName, struct: NvmlStructName, handle: bigint): number {
    let status: number = NVML_RETURN.insufficientSize
    for (let i = 0; i < TRIES && status === NVML_RETURN.insufficientSize; i++) {
      const room = this.#room(struct)
      this.#count[0] = room.count
      status = this.#library.call(name, handle, this.#count, room.bytes)
      if (status === NVML_RETURN.insufficientSize) this.#enlarge(struct, 2 * (this.#count[0] ?? 0))
    }
    return status
  }

  #room(struct: NvmlStructName): StructMemory {
    const room = this.#rooms.get(struct) ?? new StructMemory(this.#library.layout(struct), ROOM)
    this.#rooms.set(struct, room)
    return room
  }

  #enlarge(struct: NvmlStructName, count: number): void {
    const room = Math.max(count, this.#room(struct).count)
    this.#rooms.set(struct, new StructMemory(this.#library.layout(struct), room))
  }

  #listed(room: StructMemory): GpuProcess[] {
    const count = Math.min(this.#count[0] ?? 0, room.count, MAX_LISTED)
    return Array.from({ length: count }, (_, index) => {
      const pid = room.uint32('pid', index)
      const memory = room.uint64('usedGpuMemory', index)
      return {
        pid,
        ...this.#names.of(pid),
        memory_used_bytes: memory === VALUE_NOT_AVAILABLE ? null : Number(memory),
      }
    })
  }
}
