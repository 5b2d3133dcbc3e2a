import { describe, expect, it } from 'vitest'
import { textOf } from './gpu/struct-memory.ts'
import { printable } from './printable.ts'

const HOSTILE = '\x1b[2Jpy\u202ethon\x07\x9b1m'
const HARMLESS = '�[2Jpy�thon��1m'

describe('printable', () => {
  it('leaves one line without a character that a terminal obeys or that turns text around', () => {
    expect(printable(HOSTILE)).toBe(HARMLESS)
    expect(printable('a\r\nb\tc\u2066d\u200fe\u0085f')).toBe('a b c�d�e�f')
    expect(printable('a\u2028b\ud800c🦙')).toBe('a b�c🦙')
  })

  it('leaves all other text alone', () => {
    expect(printable('NVIDIA H100 80GB HBM3 – 추론 (1)')).toBe('NVIDIA H100 80GB HBM3 – 추론 (1)')
  })

  it('is what texts of C become', () => {
    expect(textOf(new TextEncoder().encode(`${HOSTILE}\0rest`))).toBe(HARMLESS)
  })
})
