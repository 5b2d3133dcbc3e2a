import { expect, it } from 'vitest'
import { contentDisposition } from './attachment.ts'

const RUN_ID = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'

const header = (name: string | null, model = 'm') =>
  contentDisposition({ run: { run_id: RUN_ID, name, model }, ending: '-gpu.csv' })

/** The two names a client may take. */
function names(name: string | null, model?: string): { ascii: string | undefined; full: string | undefined } {
  const value = header(name, model)
  const { ascii, full } =
    /^attachment; filename="(?<ascii>[A-Za-z0-9._-]+)"(; filename\*=UTF-8''(?<full>[\w.%-]+))?$/.exec(value)
      ?.groups ?? { ascii: `no match: ${value}` }
  return { ascii, full: full === undefined ? undefined : decodeURIComponent(full) }
}

it.each([
  ['baseline 1', 'baseline-1'],
  ['=cmd()|calc', 'cmd-calc'],
  ['"quoted" \'name\'', 'quoted-name'],
  ['../../etc/passwd', 'etc-passwd'],
  ['C:\\temp\\x', 'C-temp-x'],
  ['a\r\nSet-Cookie: b=c', 'a-Set-Cookie-b-c'],
  ['-rf .', 'rf'],
  ['%2e%2e%2f', '2e-2e-2f'],
])('names %j safely', (name, slug) => {
  expect(names(name)).toEqual({ ascii: `llm-loadtest-${slug}-${RUN_ID}-gpu.csv`, full: undefined })
})

it.each([
  ['한국어 모델', 'llm-loadtest', '한국어-모델'],
  ['llama 🚀 8B', 'llm-loadtest-llama-8B', 'llama-🚀-8B'],
  ['👩‍💻/테스트', 'llm-loadtest', '👩‍💻-테스트'],
  ['=수식()', 'llm-loadtest', '수식()'],
  ["é(1)*!'", 'llm-loadtest-1', "é(1)-!'"],
])('keeps the letters of %j for clients that take them', (name, ascii, full) => {
  expect(names(name)).toEqual({
    ascii: `${ascii}-${RUN_ID}-gpu.csv`,
    full: `llm-loadtest-${full}-${RUN_ID}-gpu.csv`,
  })
})

it('drops what turns a name round, and half characters', () => {
  expect(names('한\u202egpj.exe\ud800').full).toBe(`llm-loadtest-한-gpj.exe-${RUN_ID}-gpu.csv`)
})

it('goes by the model without a name, and cuts what is long', () => {
  expect(names(null, 'Qwen/Qwen3-8B').ascii).toBe(`llm-loadtest-Qwen-Qwen3-8B-${RUN_ID}-gpu.csv`)
  expect(names('가'.repeat(200)).full).toBe(`llm-loadtest-${'가'.repeat(60)}-${RUN_ID}-gpu.csv`)
  expect(names('/').ascii).toBe(`llm-loadtest-${RUN_ID}-gpu.csv`)
})
