import { monotonicMs } from '../crew/shared-clock.ts'
import { faultyReading, readDevice, readPcieThroughput, type SampledDevice } from './device-reader.ts'
import type { GpuReading } from './gpu-reading.ts'
import type { NvmlConnection, NvmlReaders } from './nvml-connection.ts'
import { NvmlFault } from './nvml-fault.ts'
import { PcieRounds } from './pcie-rounds.ts'

/** When no device has answered for so long, NVML is started anew: it may not find them again by itself. */
const RENEW_AFTER_MS = 5000

type DeviceIdentity = Omit<SampledDevice, 'handle'>
const withoutHandle = ({ index, uuid }: DeviceIdentity): SampledDevice => ({ index, uuid, handle: null })

/** Reads the devices, each at every tick, whatever happens to them or their driver. */
export class Sampler {
  readonly #connection: NvmlConnection
  readonly #devices: SampledDevice[]
  readonly #pcie: PcieRounds
  #tick = 0
  #answeredAtMs = monotonicMs()

  /** @param devices to be read from the first tick on */
  constructor(connection: NvmlConnection, devices: readonly DeviceIdentity[], periodMs: number) {
    this.#connection = connection
    this.#devices = devices.map(withoutHandle)
    this.#pcie = new PcieRounds(devices.length, periodMs)
  }

  /** Reads more devices from the next tick on. */
  add(devices: readonly DeviceIdentity[]): void {
    this.#devices.push(...devices.map(withoutHandle))
    this.#pcie.add(devices.length)
  }

  /** One reading of each device, in their order. A device that gives none has a fault. */
  tick(): GpuReading[] {
    const startedMs = monotonicMs()
    const readings = this.#readings(startedMs)
    this.#tick++
    if (readings.some(({ fault }) => fault === null)) this.#answeredAtMs = startedMs
    else if (this.#connection.readers && startedMs - this.#answeredAtMs >= RENEW_AFTER_MS) {
      this.#answeredAtMs = startedMs
      this.#driverLost()
    }
    return readings
  }

  #readings(startedMs: number): GpuReading[] {
    const readers = this.#connection.readers ?? this.#connection.reopen(startedMs)
    if (!readers) return this.#allWithout()
    try {
      const readings = this.#devices.map((device, position) => this.#read(readers, device, position))
      this.#addPcie(readers, readings, startedMs)
      readers.processes.tickOver()
      return readings
    } catch (error) {
      if (!(error instanceof NvmlFault)) throw error
      this.#driverLost()
      return this.#allWithout()
    }
  }

  #allWithout(): GpuReading[] {
    return this.#devices.map((device) => faultyReading(device, 'driver_unavailable'))
  }

  #driverLost(): void {
    this.#connection.drop()
    this.#devices.forEach((device, position) => {
      this.#deviceLost(device, position)
    })
  }

  /** Its handle is taken anew at the next tick, by UUID. */
  #deviceLost(device: SampledDevice, position: number): void {
    device.handle = null
    this.#pcie.forget(position)
  }

  #read({ calls, processes }: NvmlReaders, device: SampledDevice, position: number): GpuReading {
    try {
      device.handle ??= calls.handleOf(device.uuid)
      if (device.handle === null) return faultyReading(device, 'gpu_lost')
      const reading = readDevice(calls, processes, device, device.handle)
      if (reading.fault !== null) this.#deviceLost(device, position)
      return reading
    } catch (error) {
      return this.#afterFault(error, device, position)
    }
  }

  /** In the readings' own tick but after all of them, as it takes long. */
  #addPcie({ calls }: NvmlReaders, readings: GpuReading[], startedMs: number): void {
    const elapsedMs = () => monotonicMs() - startedMs
    this.#pcie.run(this.#tick, elapsedMs, (position) => {
      const device = this.#devices[position]
      if (!device || device.handle === null) return null
      try {
        return readPcieThroughput(calls, device.handle)
      } catch (error) {
        readings[position] = this.#afterFault(error, device, position)
        return null
      }
    })
    readings.forEach((reading, position) => {
      if (reading.fault === null) Object.assign(reading, this.#pcie.latest(position))
    })
  }

  /** The reading of a device after its own fault. One of the driver is of all devices, and thrown on. */
  #afterFault(error: unknown, device: SampledDevice, position: number): GpuReading {
    if (!(error instanceof NvmlFault) || error.fault === 'driver_unavailable') throw error
    this.#deviceLost(device, position)
    return faultyReading(device, error.fault)
  }
}
