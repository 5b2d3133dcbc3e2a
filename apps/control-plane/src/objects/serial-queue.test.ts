import { expect, it } from 'vitest'
import { SerialQueue } from './serial-queue.ts'

it('starts a piece of work only when the one before has ended, failed or not', async () => {
  const queue = new SerialQueue()
  const gate = Promise.withResolvers<void>()
  const order: string[] = []
  const first = queue.run(async () => {
    order.push('first starts')
    await gate.promise
    order.push('first ends')
    throw new Error('first failed')
  })
  const second = queue.run(async () => {
    order.push('second')
    return 2
  })
  gate.resolve()
  await expect(first).rejects.toThrow('first failed')
  expect(await second).toBe(2)
  expect(order).toEqual(['first starts', 'first ends', 'second'])
})
