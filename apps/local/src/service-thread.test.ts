import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startThread } from './service-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'llm-loadtest-thread-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A thread entry with this body, `port` being its end of the channel. */
function entry(name: string, body: string): URL {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, `import { parentPort as port, workerData } from 'node:worker_threads'\n${body}\n`)
  return pathToFileURL(file)
}

const Ready = z.object({ value: z.number() })

describe('startThread', () => {
  it('gives what the thread reports, and ends it when asked', async () => {
    const url = entry(
      'well',
      `port.postMessage({ type: 'ready', value: workerData }); port.once('message', () => port.close())`,
    )
    const thread = await startThread(url, { value: 7 }, Ready)
    expect(thread.ready).toEqual({ value: 7 })
    await thread.close()
    await thread.ended
  })

  it('rejects with the reason a service gives for not starting', async () => {
    const url = entry('refused', `port.postMessage({ type: 'failed', message: 'the port is taken' })`)
    await expect(startThread(url, null, Ready)).rejects.toThrow('the port is taken')
  })

  it('rejects when the thread dies before it is ready', async () => {
    await expect(startThread(entry('dead', `throw new Error('no start')`), null, Ready)).rejects.toThrow(
      'no start',
    )
  })

  it('tells of a thread that dies later, and can still be closed', async () => {
    const url = entry(
      'dies',
      `port.postMessage({ type: 'ready', value: { value: 1 } }); setImmediate(() => { throw new Error('broken') })`,
    )
    const thread = await startThread(url, null, Ready)
    await expect(thread.ended).rejects.toThrow('broken')
    await thread.close()
  })
})
