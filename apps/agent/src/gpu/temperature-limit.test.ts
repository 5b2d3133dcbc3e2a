import { afterAll, describe, expect, it } from 'vitest'
import { cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine } from '../../../../tests/nvml-stand-in/script-file.ts'
import { SamplerBench } from './testing/driven-sampler.ts'

const bench = new SamplerBench()
afterAll(() => bench.remove())

async function limit(
  readings: Readonly<Record<string, number>>,
  missing: readonly string[] = [],
): Promise<number | null | undefined> {
  bench.script.write(DRIVER, deviceLine(0, readings))
  let found: number | null | undefined
  await bench.with(
    ({ devices }) => {
      found = devices[0]?.temperature_limit_celsius
    },
    { missing },
  )
  return found
}

describe.skipIf(cCompiler === null)('where the hardware begins to slow down', () => {
  it('is what the driver says', async () => {
    const all = { temperature_slowdown_celsius: 90, temperature_celsius: 60, temperature_margin_celsius: 5 }
    expect(await limit(all)).toBe(90)
  })

  it('is the temperature and how far it is to there, where the driver tells no more', async () => {
    expect(await limit({ temperature_celsius: 60, temperature_margin_celsius: 27 })).toBe(87)
    // Past it already: −2 as C has it.
    expect(await limit({ temperature_celsius: 89, temperature_margin_celsius: 0xffff_fffe })).toBe(87)
  })

  it('is not known without either', async () => {
    expect(await limit({ temperature_celsius: 60 })).toBeNull()
    expect(await limit({ temperature_margin_celsius: 5 })).toBeNull()
    const margin = { temperature_celsius: 60, temperature_margin_celsius: 5 }
    expect(await limit(margin, ['nvmlDeviceGetMarginTemperature'])).toBeNull()
  })
})
