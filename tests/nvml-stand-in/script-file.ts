import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const DRIVER = 'driver version=550.54.15 nvml=12.550.54.15 cuda=12040'

/** The script that drives the stand-in. A program sees what is written with the next call it makes. */
export class ScriptFile {
  readonly path: string

  constructor(folder: string) {
    this.path = join(folder, 'nvml.script')
  }

  /** All of the script, replaced at one moment: nobody ever reads half of it. */
  write(...lines: readonly string[]): void {
    const draft = `${this.path}.draft`
    writeFileSync(draft, `${lines.join('\n')}\n`)
    renameSync(draft, this.path)
  }

  /** What a program needs in its environment to be driven by this script. */
  environment(library: string): { NVML_LIBRARY: string; NVML_STAND_IN_SCRIPT: string } {
    return { NVML_LIBRARY: library, NVML_STAND_IN_SCRIPT: this.path }
  }
}

/** The line of a device: its identity made from the index, and what it is to report. */
export function deviceLine(index: number, readings: Readonly<Record<string, string | number>>): string {
  const hex = index.toString(16)
  const identity = {
    uuid: deviceUuid(index),
    name: '"NVIDIA H100 80GB HBM3"',
    pci: `00000000:${hex}B:00.0`,
  }
  const settings = Object.entries({ ...identity, ...readings }).map(([key, value]) => `${key}=${value}`)
  return `device ${index} ${settings.join(' ')}`
}

export const deviceUuid = (index: number): string =>
  `GPU-0000000${index.toString(16)}-1111-2222-3333-444444444444`
