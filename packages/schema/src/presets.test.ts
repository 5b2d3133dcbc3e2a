import { describe, expect, it } from 'vitest'
import { BUILT_IN_PRESETS, NewPreset, PresetConfig, PresetId, presetNameKey } from './presets.ts'
import { problemDetails } from './problem.ts'

const issues = (config: unknown) => {
  const { error } = NewPreset.safeParse({ name: 'Nightly', config })
  return error ? problemDetails(error) : []
}

describe('a preset', () => {
  it('keeps what it is given and fills in nothing else', () => {
    expect(NewPreset.parse({ name: ' Nightly ', config: {} })).toEqual({ name: 'Nightly', config: {} })
    const config = {
      server_url: 'http://llm.test',
      input_len: { min: 10, max: 20 },
      request_rate: { rates: [5], arrival: 'constant' as const },
      goodput_thresholds: { ttft_ms: 500 },
      stream: true,
    }
    expect(NewPreset.parse({ name: 'Nightly', config }).config).toEqual(config)
  })

  it.each([
    [{ api_key: 'sk-secret' }, 'api_key', /keeps no API key: use api_key_env/],
    [
      { headers: { 'X-Key': 'secret' } },
      'headers',
      /keeps no headers, whose values may be secret: give them/,
    ],
    [{ headers: {} }, 'headers', /keeps no headers/],
    [{ concurency: [1] }, 'concurency', /is not a known field/],
    [{ num_prompts: 0 }, 'num_prompts', /.+/],
    [{ concurrency: [1], request_rate: { rates: [1] } }, 'request_rate', /give either/],
    [{ cooldown: 200 }, 'cooldown', /must be less than num_prompts \(100\)/],
    [
      { stream: false, goodput_thresholds: { ttft_ms: 1 } },
      'goodput_thresholds.ttft_ms',
      /cannot be measured/,
    ],
  ])('refuses %j', (config, field, message) => {
    const [first, ...more] = issues(config)
    expect(more).toEqual([])
    expect(first?.path).toBe(`config.${field}`)
    expect(first?.message).toMatch(message)
    expect(first?.message).not.toContain('sk-')
  })

  it('tells names apart by more than their case', () => {
    expect(presetNameKey('ÉTÉ')).toBe(presetNameKey('e\u0301te\u0301'))
    expect(presetNameKey('야간')).not.toBe(presetNameKey('주간'))
  })
})

describe('the built-in presets', () => {
  it('have ids that are none of a stored one, and run', () => {
    for (const { preset_id, name, config } of BUILT_IN_PRESETS) {
      expect(PresetId.parse(preset_id)).toBe(`preset_${name.toLowerCase()}`)
      expect(PresetConfig.parse(config)).toEqual(config)
      expect(issues(config)).toEqual([])
    }
  })
})
