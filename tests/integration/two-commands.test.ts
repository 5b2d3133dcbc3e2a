import { createServer } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { testApi } from '../support/api.ts'
import { runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const DATA_DIR = `${folder.path}/data`
const start = (args: string[], env: Record<string, string>) =>
  runProgram('apps/local/src/start.ts', args, { DATA_DIR, ...env })

afterAll(() => folder.remove())

/** A port that something listens on until it is released. */
async function takenPort(): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port: address.port, release }
}

describe('npm run demo, then npm start', () => {
  it('measures all four levels, prints the table, and leaves the run for npm start to show', async () => {
    const demo = runProgram('apps/local/src/demo.ts', [], { DATA_DIR })
    expect(await demo.exited, demo.output()).toBe(0)
    const output = demo.output()
    expect(output).toMatch(/Concurrency +Throughput +TTFT p50/)
    const runId = /\/runs\/(run_\w+)/.exec(output)?.[1] ?? ''

    const stack = start([], { PORT: '0', SIMULATOR_PORT: '0' })
    const url = await waitUntil(
      'the address',
      () => /web app +ready +(http:\/\/\S+)/.exec(stack.output())?.[1] ?? null,
    )
    const result = await testApi(url).result(runId)
    expect(result).toMatchObject({ status: 'completed', model: 'simulator' })
    expect(result.results.map((level) => level.concurrency)).toEqual([1, 4, 16, 64])
    const page = await fetch(`${url}/runs/${runId}`)
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect((await fetch(`${url}/_build/assets/none.js`)).status).toBe(404)

    const second = start([], { PORT: '0' })
    expect(await second.exited).toBe(1)
    expect(second.output()).toContain('DATA_DIR')

    stack.kill('SIGTERM')
    expect(await stack.exited, stack.output()).toBe(0)
  })
})

describe('npm start', () => {
  it('starts again on the same port after it was killed: nothing of it stays behind', async () => {
    const env = { PORT: '0', SIMULATOR_PORT: '0', DATA_DIR: `${folder.path}/killed` }
    const address = (output: string) => /web app +ready +(http:\/\/\S+)/.exec(output)?.[1] ?? null
    const first = start([], env)
    const url = await waitUntil('the first address', () => address(first.output()))
    first.kill('SIGKILL')
    await first.exited
    await waitUntil(
      'the port to be free',
      () =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      10_000,
    )
    const second = start([], { ...env, PORT: new URL(url).port })
    expect(await waitUntil('the second address', () => address(second.output()))).toBe(url)
    second.kill('SIGTERM')
    expect(await second.exited).toBe(0)
  })

  it('names the port that is taken and what to set', async () => {
    const { port, release } = await takenPort()
    const stack = start([], { PORT: String(port), SIMULATOR_PORT: '0', DATA_DIR: `${folder.path}/taken` })
    expect(await stack.exited).toBe(1)
    expect(stack.output()).toContain(String(port))
    expect(stack.output()).toContain('PORT')
    await release()
  })

  it('answers health with 200 only once the agent has joined too, and needs no home folder', async () => {
    const { port, release } = await takenPort()
    await release()
    const stack = start([], {
      PORT: String(port),
      SIMULATOR_PORT: '0',
      DATA_DIR: `${folder.path}/ready`,
      HOME: '/dev/null/none',
      XDG_CONFIG_HOME: '',
    })
    const health = await waitUntil('health', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => null)
      return answer?.ok ? answer.json() : null
    })
    expect(health).toMatchObject({ status: 'ok', agents_online: 1 })
    stack.kill('SIGTERM')
    expect(await stack.exited).toBe(0)
    expect(stack.output()).not.toMatch(/error|failed/i)
  })

  it.each([
    [['--no-such-flag'], {}, '--no-such-flag'],
    [[], { PORT: 'eighty' }, 'PORT=eighty'],
    [[], { SIMULATOR_PORT: '70000' }, 'SIMULATOR_PORT=70000'],
    [[], { AGENT_SLOTS: '0' }, 'AGENT_SLOTS=0'],
  ])('refuses %j %j with status 2', async (args, env, named) => {
    const stack = start(args, env)
    expect(await stack.exited).toBe(2)
    expect(stack.output()).toContain(named)
  })
})
