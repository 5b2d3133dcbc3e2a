import { describe, expect, it } from 'vitest'
import { sessionIn } from './process-names.ts'

describe('sessionIn', () => {
  it('is the sixth field, whatever the program is called', () => {
    expect(sessionIn('4242 (python3) S 1 4242 777 34816 4242 4194304')).toBe(777)
    expect(sessionIn('4242 (a ) b (c) S 9 8) R 1 4242 55 0 -1')).toBe(55)
  })

  it('is null where there is none', () => {
    expect(sessionIn('')).toBeNull()
    expect(sessionIn('4242 (python3) S 1')).toBeNull()
  })
})
