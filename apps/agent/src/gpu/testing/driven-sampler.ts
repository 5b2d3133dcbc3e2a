import type { GpuInfo } from '@llm-loadtest/schema'
import { buildStandIn } from '../../../../../tests/nvml-stand-in/build.ts'
import { ScriptFile } from '../../../../../tests/nvml-stand-in/script-file.ts'
import { temporaryFolder } from '../../../../../tests/support/temporary-folder.ts'
import { hostDevices } from '../host-devices.ts'
import { nvmlLoader } from '../nvml.ts'
import { NvmlConnection } from '../nvml-connection.ts'
import { Sampler } from '../sampler.ts'
import type { ReadingValues } from './scripted-device.ts'

/** The agent's sampler on the stand-in, in this process and ticking only when told to. */
export type DrivenSampler = {
  devices: readonly GpuInfo[]
  /** The readings of one tick, without their clocks. */
  tick(): ReadingValues[]
  close(): void
}

/** A script and what samples by it; the stand-in reads where the script is from this process's environment. */
export class SamplerBench {
  readonly #folder = temporaryFolder()
  readonly script = new ScriptFile(this.#folder.path)

  constructor() {
    process.env['NVML_STAND_IN_SCRIPT'] = this.script.path
  }

  /** @param missing symbols that the library is to lack */
  async open({ missing = [] }: { missing?: readonly string[] } = {}): Promise<DrivenSampler> {
    const connection = new NvmlConnection(await nvmlLoader(), [buildStandIn({ missing })])
    const { devices } = hostDevices(connection.open().calls)
    const sampler = new Sampler(connection, devices, 1000)
    return {
      devices,
      tick: () => sampler.tick().map(({ monotonicMs: _monotonic, wallMs: _wall, ...values }) => values),
      close: () => connection.close(),
    }
  }

  /** Does something with a sampler, and closes it whatever happens. */
  async with(
    work: (sampler: DrivenSampler) => void | Promise<void>,
    options: { missing?: readonly string[] } = {},
  ): Promise<void> {
    const sampler = await this.open(options)
    try {
      await work(sampler)
    } finally {
      sampler.close()
    }
  }

  remove(): void {
    this.#folder.remove()
  }
}
