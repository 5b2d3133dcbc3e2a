import { expect, it } from 'vitest'
import { SlotTime } from './slot-time.ts'

let now = 0
const slotTime = () => {
  now = 1000
  return new SlotTime(() => now)
}

it('is the share of all requests’ time that they waited, one with the other', async () => {
  const slots = slotTime()
  slots.begun()
  slots.begun()
  const prompt = Promise.withResolvers<string>()
  const waited = slots.during(prompt.promise)
  now += 30
  prompt.resolve('a prompt')
  expect(await waited).toBe('a prompt')
  now += 20
  slots.ended()
  now += 50
  slots.ended()
  // One was open for 50 ms, 30 of them waiting, the other for 100.
  expect(slots.takeWaitPercent()).toBe(20)
})

it('counts what is still waited for, and each stretch of time on its own', () => {
  const slots = slotTime()
  slots.begun()
  void slots.during(new Promise(() => undefined))
  now += 10
  expect(slots.takeWaitPercent()).toBe(100)
  slots.begun()
  now += 10
  expect(slots.takeWaitPercent()).toBe(50)
})

it('ends a wait that fails, and knows nothing where no request was', async () => {
  const slots = slotTime()
  now += 10
  expect(slots.takeWaitPercent()).toBeNull()
  slots.begun()
  await expect(slots.during(Promise.reject(new Error('no prompts')))).rejects.toThrow('no prompts')
  now += 10
  expect(slots.takeWaitPercent()).toBe(0)
})
