import type { GpuInfo } from '@llm-loadtest/schema'
import { type DeviceSelection, selectByCuda, selectByIndex } from './device-selection.ts'
import { type HostDevices, hostDevices, parentOfMig } from './host-devices.ts'
import type { NvmlReaders } from './nvml-connection.ts'
import type { UnreadDevice } from './unread-device.ts'

/** Devices that cannot be read are looked for this often at most: all are asked which they are. */
const LOOK_EVERY_MS = 1000

/** Which devices of the host are sampled: those found so far, and those that are awaited as they cannot be read yet. */
export class DeviceRoster {
  readonly #selection: DeviceSelection
  /** All of the host that were ever read, by UUID. */
  readonly #known = new Map<string, GpuInfo>()
  #host: HostDevices = { devices: [], unread: [] }
  #devices: readonly GpuInfo[] = []
  #unread: readonly UnreadDevice[] = []
  #unknown: readonly number[] = []
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(selection: DeviceSelection) {
    this.#selection = selection
  }

  get devices(): GpuInfo[] {
    return [...this.#devices]
  }

  get unread(): UnreadDevice[] {
    return [...this.#unread]
  }

  /** Indices that were asked for and that there are no devices of. */
  get unknown(): number[] {
    return [...this.#unknown]
  }

  /** All devices of the host as they were at the last look, selected or not. */
  get host(): Readonly<HostDevices> {
    return this.#host
  }

  /** Whether it is time to look for what is missing. */
  isDue(nowMs: number): boolean {
    const complete = this.#devices.length > 0 && this.#unread.length === 0
    return !complete && nowMs >= this.#lookedAtMs + LOOK_EVERY_MS
  }

  /**
   * Looks at the host's devices. Throws NvmlNotStarted when they cannot be counted, NvmlFault when the driver is away.
   * @returns those that are to be sampled from now on
   */
  look({ calls }: NvmlReaders, nowMs: number): GpuInfo[] {
    this.#lookedAtMs = nowMs
    const host = hostDevices(calls, this.#known)
    this.#host = host
    for (const device of host.devices) this.#known.set(device.uuid, device)
    const { devices, unread } = this.#select(host, (uuid) => parentOfMig(calls, uuid))
    const first = this.#devices.length === 0
    const added = devices.filter((device, position) => {
      // Samples are told apart by the index: a driver that was loaded anew may have given one that is taken.
      const same = ({ uuid, index }: GpuInfo) => uuid === device.uuid || index === device.index
      return ![...this.#devices, ...devices.slice(0, position)].some(same)
    })
    if (first) this.#devices = added
    else if (added.length > 0) this.#devices = [...this.#devices, ...added].sort((a, b) => a.index - b.index)
    this.#unread = unread.filter(({ index }) => this.#devices.every((device) => device.index !== index))
    return added
  }

  #select(host: HostDevices, parent: (uuid: string) => string | null): HostDevices {
    const selection = this.#selection
    switch (selection.by) {
      case 'all':
        return host
      case 'index': {
        const selected = selectByIndex(host, selection.indices)
        this.#unknown = selected.unknown
        return selected
      }
      case 'cuda':
        return selectByCuda(host, selection.variable, parent)
      default:
        return selection satisfies never
    }
  }
}
