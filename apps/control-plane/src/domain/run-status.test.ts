import { describe, expect, it } from 'vitest'
import { hasEnded, sourcesOf } from './run-status.ts'

describe('run status', () => {
  it('lets a run complete only from running', () => {
    expect(sourcesOf('completed')).toEqual(['running'])
  })

  it('lets a run fail or be cancelled while it waits and while it runs', () => {
    expect(sourcesOf('failed')).toEqual(['pending', 'running'])
    expect(sourcesOf('cancelled')).toEqual(['pending', 'running'])
  })

  it('hands a run out from pending and takes it back from running', () => {
    expect(sourcesOf('running')).toEqual(['pending'])
    expect(sourcesOf('pending')).toEqual(['running'])
  })

  it('knows the ends', () => {
    const statuses = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const
    expect(statuses.filter(hasEnded)).toEqual(['completed', 'failed', 'cancelled'])
  })
})
