// Samples through NVML as often as it is told, and prints the process's memory on the way. Needs --expose-gc.
import { hostDevices } from '../host-devices.ts'
import { nvmlLoader } from '../nvml.ts'
import { NvmlConnection } from '../nvml-connection.ts'
import { nvmlPaths } from '../nvml-paths.ts'
import { Sampler } from '../sampler.ts'

const [ticks = 0, every = 0] = process.argv.slice(2).map(Number)
const connection = new NvmlConnection(await nvmlLoader(), nvmlPaths(process.env))
const { devices } = hostDevices(connection.open().calls)
const sampler = new Sampler(connection, devices, 1000)

let good = 0
for (let tick = 1; tick <= ticks; tick++) {
  for (const { fault, power_watts } of sampler.tick()) {
    if (fault === null && power_watts !== null) good++
  }
  if (tick % every !== 0) continue
  globalThis.gc?.()
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ tick, good, rss, heapUsed, external, arrayBuffers })}\n`)
}
connection.close()
