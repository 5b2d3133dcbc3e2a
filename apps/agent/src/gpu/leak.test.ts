import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { buildStandIn, cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, ScriptFile } from '../../../../tests/nvml-stand-in/script-file.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { scriptedReadings } from './testing/scripted-device.ts'

const PROGRAM = fileURLToPath(new URL('testing/sample-many.ts', import.meta.url))
const KIB = 1024
const MARK_EVERY = 10_000
/** Node's own buffers and compiled code have grown to their size by then. */
const WARM_UP = 20_000
const SAMPLES = 100_000

const Mark = z.strictObject({
  tick: z.number(),
  good: z.number(),
  rss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  arrayBuffers: z.number(),
})

const folder = temporaryFolder()
afterAll(() => folder.remove())

describe.skipIf(cCompiler === null)('100,000 samples', () => {
  it('leave memory as it was', { timeout: 300_000 }, () => {
    const script = new ScriptFile(folder.path)
    // Values that move, a reading that fails each time, and processes with and without a name.
    script.write(
      DRIVER,
      deviceLine(0, { ...scriptedReadings(0), power_mw: '200000+1', energy_mj: '0+250' }),
      'process 4194305 device=0 memory_bytes=1024 name=/usr/bin/python3',
      'process 4194306 device=0',
      'fail nvmlDeviceGetFanSpeed 0 3',
    )
    const args = ['--expose-gc', PROGRAM, String(WARM_UP + SAMPLES), String(MARK_EVERY)]
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, ...script.environment(buildStandIn()) },
    })
    expect(stderr).toBe('')
    const marks = stdout
      .trim()
      .split('\n')
      .map((line) => Mark.parse(JSON.parse(line)))
    const [first, last] = [marks.find(({ tick }) => tick === WARM_UP), marks.at(-1)]
    if (!first || !last) throw new Error(`nothing was sampled: ${stdout}`)
    expect(last).toMatchObject({ tick: WARM_UP + SAMPLES, good: WARM_UP + SAMPLES })
    // Of 26 calls each: a single byte lost in a call would be 2.5 MiB.
    expect((last.rss - first.rss) / KIB).toBeLessThan(1024)
    expect((last.heapUsed - first.heapUsed) / KIB).toBeLessThan(512)
    expect((last.external - first.external) / KIB).toBeLessThan(16)
    expect(last.arrayBuffers).toBe(first.arrayBuffers)
  })
})
