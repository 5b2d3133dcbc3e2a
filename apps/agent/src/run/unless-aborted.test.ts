import { describe, expect, it } from 'vitest'
import { unlessAborted } from './unless-aborted.ts'

const never = new Promise<number>(() => undefined)

describe('unlessAborted', () => {
  it('gives what the promise gives', async () => {
    const { signal } = new AbortController()
    expect(await unlessAborted(Promise.resolve(5), signal)).toBe(5)
    await expect(unlessAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken')
  })

  it('waits no longer than until the signal is aborted', async () => {
    const cancel = new AbortController()
    const waiting = unlessAborted(never, cancel.signal)
    cancel.abort()
    expect(await waiting).toBeNull()
    expect(await unlessAborted(never, AbortSignal.abort())).toBeNull()
  })

  it('lets what fails after the end fail unseen', async () => {
    const cancel = new AbortController()
    const { promise, reject } = Promise.withResolvers<number>()
    const waiting = unlessAborted(promise, cancel.signal)
    cancel.abort()
    reject(new Error('too late'))
    expect(await waiting).toBeNull()
  })
})
