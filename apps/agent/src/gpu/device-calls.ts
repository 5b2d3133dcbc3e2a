import type { NvmlArgument, NvmlLibrary } from './nvml.ts'
import { NVML_RETURN, TEXT_BYTES, VALUE_NOT_AVAILABLE } from './nvml-constants.ts'
import { succeeded } from './nvml-fault.ts'
import type { NvmlFunctionName } from './nvml-functions.ts'
import { structVersion } from './nvml-layouts.ts'
import { StructMemory, textOf } from './struct-memory.ts'

/** VALUE_NOT_AVAILABLE as an unsigned int. */
const NOT_AVAILABLE_UINT = Number(BigInt.asUintN(32, VALUE_NOT_AVAILABLE))

/** Bytes of a device's memory. v1 counts what is reserved as used and does not tell how much it is. */
export type DeviceMemory = { total: number; used: number; reserved: number | null }

/**
 * NVML's calls with their values as numbers, null for a reading that the device or its driver does not have.
 * The memory that C writes into is allocated once. All of it throws NvmlFault.
 */
export class DeviceCalls {
  readonly library: NvmlLibrary
  /** Calls since it was last set to 0 that gave a value. */
  answers = 0
  /** Return code of the last call. */
  status: number = NVML_RETURN.success
  readonly #word = new Uint32Array(1)
  readonly #otherWord = new Uint32Array(1)
  readonly #long = new BigUint64Array(1)
  readonly #memory: StructMemory
  readonly #memory2: StructMemory
  readonly #utilization: StructMemory

  constructor(library: NvmlLibrary) {
    this.library = library
    this.#memory = new StructMemory(library.layout('nvmlMemory_t'))
    this.#memory2 = new StructMemory(library.layout('nvmlMemory_v2_t'))
    this.#utilization = new StructMemory(library.layout('nvmlUtilization_t'))
  }

  /** An unsigned int that a function writes after its other parameters. */
  uint(name: NvmlFunctionName, ...parameters: readonly NvmlArgument[]): number | null {
    if (!this.#gave(this.library.call(name, ...parameters, this.#word))) return null
    const [value = NOT_AVAILABLE_UINT] = this.#word
    return value === NOT_AVAILABLE_UINT ? null : value
  }

  /** An unsigned long long, likewise. */
  ulong(name: NvmlFunctionName, ...parameters: readonly NvmlArgument[]): bigint | null {
    if (!this.#gave(this.library.call(name, ...parameters, this.#long))) return null
    const [value = VALUE_NOT_AVAILABLE] = this.#long
    return value === VALUE_NOT_AVAILABLE ? null : value
  }

  /** A mode that is written with the one that follows after the next restart. */
  mode(name: NvmlFunctionName, handle: bigint): number | null {
    const status = this.library.call(name, handle, this.#word, this.#otherWord)
    return this.#gave(status) ? (this.#word[0] ?? null) : null
  }

  memory(handle: bigint): DeviceMemory | null {
    const v2 = this.#memory2
    v2.setUint32('version', structVersion('nvmlMemory_v2_t', 2))
    if (this.#gave(this.library.call('nvmlDeviceGetMemoryInfo_v2', handle, v2.bytes))) {
      const reserved = Number(v2.uint64('reserved'))
      return { total: Number(v2.uint64('total')), used: Number(v2.uint64('used')), reserved }
    }
    const v1 = this.#memory
    if (!this.#gave(this.library.call('nvmlDeviceGetMemoryInfo', handle, v1.bytes))) return null
    return { total: Number(v1.uint64('total')), used: Number(v1.uint64('used')), reserved: null }
  }

  /** Time that the GPU worked and that its memory was read or written, %. */
  utilization(handle: bigint): { gpu: number; memory: number } | null {
    const { bytes } = this.#utilization
    if (!this.#gave(this.library.call('nvmlDeviceGetUtilizationRates', handle, bytes))) return null
    return { gpu: this.#utilization.uint32('gpu'), memory: this.#utilization.uint32('memory') }
  }

  /** Bit mask of why the clocks are lower, under its present name or the one of drivers before R535. */
  clocksEventReasons(handle: bigint): bigint | null {
    return (
      this.ulong('nvmlDeviceGetCurrentClocksEventReasons', handle) ??
      this.ulong('nvmlDeviceGetCurrentClocksThrottleReasons', handle)
    )
  }

  /** What a device is known by. */
  uuid(handle: bigint): string | null {
    const text = new Uint8Array(TEXT_BYTES.uuid)
    return this.#gave(this.library.call('nvmlDeviceGetUUID', handle, text, text.length)) ? textOf(text) : null
  }

  /** Handle of the device of a UUID; null when there is none now. */
  handleOf(uuid: string): bigint | null {
    const text = new TextEncoder().encode(`${uuid}\0`)
    return this.ulong('nvmlDeviceGetHandleByUUID', text)
  }

  #gave(status: number): boolean {
    this.status = status
    if (!succeeded(status)) return false
    this.answers++
    return true
  }
}
