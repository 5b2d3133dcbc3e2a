import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { clockOffsetMs } from './shared-clock.ts'

const ROUNDS = 1000
const MODULE = new URL('./shared-clock.ts', import.meta.url).href

/** Answers each question, a number in shared memory, with its own time as soon as it sees it. */
const ANSWERING = `
  const { workerData, parentPort } = require('node:worker_threads')
  const asked = new Int32Array(workerData.memory, 0, 2)
  const answer = new Float64Array(workerData.memory, 8, 1)
  import(workerData.module).then(({ clockOffsetMs }) => {
    parentPort.postMessage(clockOffsetMs())
    for (let round = 1; round <= workerData.rounds; round++) {
      while (Atomics.load(asked, 0) < round);
      answer[0] = performance.now()
      Atomics.store(asked, 1, round)
    }
  })
`

// On one core the two threads take turns of milliseconds, and nothing can be told so finely.
it.skipIf(availableParallelism() < 2)('puts the times of two threads on one clock', async () => {
  const memory = new SharedArrayBuffer(16)
  const workerData = { memory, module: MODULE, rounds: ROUNDS }
  const worker = new Worker(ANSWERING, { eval: true, workerData })
  const ended = once(worker, 'exit')
  const [theirOffset] = await once(worker, 'message')
  const toOurs = clockOffsetMs() - Number(theirOffset)
  const asked = new Int32Array(memory, 0, 2)
  const answer = new Float64Array(memory, 8, 1)

  // The truth is between our asking and our seeing the answer: the narrowest of many such spans tells it best.
  let best = { width: Number.POSITIVE_INFINITY, error: Number.NaN }
  for (let round = 1; round <= ROUNDS; round++) {
    const before = performance.now()
    Atomics.store(asked, 0, round)
    while (Atomics.load(asked, 1) < round);
    const after = performance.now()
    const theirs = (answer[0] ?? Number.NaN) + toOurs
    if (after - before < best.width) {
      best = { width: after - before, error: Math.abs(theirs - (before + after) / 2) }
    }
  }
  await ended
  expect(best.error).toBeLessThan(0.05)
})
