import { RunDefinition } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { chooseLocale } from './index.ts'
import { ko } from './ko.ts'

/** Every text with its dotted key; a function is called with distinct arguments. */
function texts(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]])
  if (typeof value === 'function') {
    const args = Array.from({ length: value.length }, (_, i) => `<${i}>`)
    return new Map([[path, String(value(...args))]])
  }
  const entries = Object.entries(value ?? {})
  return new Map(entries.flatMap(([key, inner]) => [...texts(inner, path ? `${path}.${key}` : key)]))
}

const english = texts(en)
const korean = texts(ko)
/** Names that are the same in both languages: products, metric abbreviations, units and bare placeholders. */
const SHARED =
  /^(appName|locales\.|units\.|metrics\.(ttft|tpot|itl|e2e)$|form\.(endpoints|curlCommand)|load\.rate$|run\.(untitled|log(Ttft|E2e))|result\.(sources\.tiktoken|lengthSpread|levelReason)|chart\.summary|run\.gpuTab|gpu\.(device$|columns\.(cuda|mig|ecc)|statistics\.p95|memoryOf))/

describe('dictionaries', () => {
  it('have the same keys, none empty', () => {
    expect([...korean.keys()].sort()).toEqual([...english.keys()].sort())
    for (const text of [...english.values(), ...korean.values()]) expect(text.trim()).not.toBe('')
  })

  it('use every value they are given', () => {
    for (const [key, text] of english) {
      const used = (all: string): string[] => (all.match(/<\d>/g) ?? []).sort()
      expect([key, used(korean.get(key) ?? '')]).toEqual([key, used(text)])
    }
  })

  it('are translated', () => {
    const untranslated = [...english].filter(([key, text]) => !SHARED.test(key) && korean.get(key) === text)
    expect(untranslated).toEqual([])
  })
})

describe("the schema's own messages", () => {
  it('have a wording for each that the form can meet', () => {
    const base = { server_url: 'http://h', model: 'm' }
    const spread = { mean: 5, std: 1, min: 9, max: 10 }
    const inputs = [
      { ...base, server_url: 'ftp://h' },
      { ...base, server_url: 'http://user:pass@h' },
      { ...base, api_key: 'ключ' },
      { ...base, api_key_env: '1X' },
      { ...base, input_len: spread },
      { ...base, stream: false, goodput_thresholds: { ttft_ms: 1 } },
      { ...base, extra_body: { model: 'x' } },
      { ...base, extra_body: { x: 'y'.repeat(70_000) } },
    ]
    const messages = inputs.flatMap((input) => RunDefinition.safeParse(input).error?.issues ?? [])
    const customs = messages.map((issue) => issue.message).filter((message) => message !== 'Invalid input')
    expect(customs).toHaveLength(inputs.length)
    for (const message of customs) {
      expect([message, en.faults.messages[message]]).toEqual([message, expect.any(String)])
      expect([message, ko.faults.messages[message]]).toEqual([message, expect.any(String)])
    }
  })
})

describe('choice of the language', () => {
  it('prefers what is remembered, then what the browser asks for, then English', () => {
    expect(chooseLocale(null, ['ko-KR'])).toBe('ko')
    expect(chooseLocale('en', ['ko-KR'])).toBe('en')
    expect(chooseLocale(null, ['fr-FR'])).toBe('en')
    expect(chooseLocale('xx', ['ko'])).toBe('ko')
  })
})
