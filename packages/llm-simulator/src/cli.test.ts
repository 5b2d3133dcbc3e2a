import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { FLAGS } from './cli/flags.ts'
import { parseCommandLine } from './cli/parse-command-line.ts'
import { FAULTS } from './faults/fault-catalogue.ts'
import { send, until } from './test-client.ts'

const bin = fileURLToPath(new URL('../bin/llm-simulator.js', import.meta.url))
const children: ChildProcess[] = []

function start(args: string[]) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  children.push(child)
  return { child, output, exited: once(child, 'close') }
}

async function run(args: string[]) {
  const { output, exited } = start(args)
  const [code] = await exited
  return { code, ...output }
}

afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
})

describe('the command', () => {
  it('serves until SIGTERM, says where, and reports a port that is taken', async () => {
    const server = start(['--port', '0', '--model', 'a', '--model', 'b'])
    await until(() => server.output.stdout.endsWith('\n'))
    const address = /^llm-simulator is listening on (http:\/\/127\.0\.0\.1:(\d+)) \(models: a, b\)\n$/
    const [, url = '', port = ''] = address.exec(server.output.stdout) ?? []
    expect((await send(`${url}/health`, undefined)).status).toBe(200)
    const second = await run(['--port', port])
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toBe(
      `llm-simulator: cannot listen on 127.0.0.1:${port}: the port is already in use: stop what uses it, or choose another (0 takes any free one)\n`,
    )
    server.child.kill('SIGTERM')
    expect(await server.exited).toEqual([0, null])
    expect(server.output.stderr).toBe('')
  })

  it('exits 2 on a flag that is wrong, naming it', async () => {
    expect(await run(['--port', 'many'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'llm-simulator: --port takes a whole number from 0 to 65535; "many" is not that\nllm-simulator --help lists the flags.\n',
    })
  })

  it('prints help that names every flag and every fault', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    for (const flag of Object.keys(FLAGS)) expect(stdout).toContain(`--${flag}`)
    for (const fault of Object.keys(FAULTS)) expect(stdout).toContain(fault)
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('parseCommandLine', () => {
  it('turns flags into options', () => {
    const command = parseCommandLine(
      '--port 0 --seed 7 --max-num-seqs 4 --jitter 0 --step-base-ms 1.5 --fault cut:0.25 --fault crlf --trace'.split(
        ' ',
      ),
    )
    expect(command).toMatchObject({
      kind: 'start',
      options: {
        port: 0,
        host: '127.0.0.1',
        models: ['simulator'],
        seed: 7,
        trace: true,
        faults: [
          { name: 'cut', rate: 0.25 },
          { name: 'crlf', rate: 1 },
        ],
        engine: { maxNumSeqs: 4, jitter: 0, stepBaseMs: 1.5, maxNumBatchedTokens: 2048 },
      },
    })
  })

  it.each([
    ['--port', /^--port takes a whole number from 0 to 65535$/],
    ['--port -1', /^--port takes a whole number from 0 to 65535$/],
    ['--port 70000', /^--port takes .*; "70000" is not that$/],
    ['--port 80.5', /^--port takes .*; "80.5" is not that$/],
    ['--trace=yes', /^--trace takes no value$/],
    ['--jitter 3', /^--jitter takes a number from 0 to 2; "3" is not that$/],
    ['--fault nonsense', /^--fault takes .*; "nonsense" is not that: the name must be one of: http-429/],
    ['--fault cut --fault crlf:2', /^--fault takes .*; "crlf:2" is not that$/],
    ['--max-num-seqs 5000', /^--max-num-batched-tokens must be at least maxNumSeqs \(--max-num-seqs\)/],
    ['--kv-cache-tokens 64', /^--kv-cache-tokens must hold one sequence/],
    ['--prot 1', /--prot/],
    ['stray', /stray/],
  ])('refuses %s', (line, message) => {
    expect(() => parseCommandLine(line.split(' '))).toThrow(message)
  })

  it('can fail for every flag that takes a value with what it takes', () => {
    for (const [name, flag] of Object.entries(FLAGS)) {
      if (flag.kind === 'switch') continue
      expect(() => parseCommandLine([`--${name}`])).toThrow(`--${name} takes ${flag.takes}`)
      if (flag.kind === 'number')
        expect(() => parseCommandLine([`--${name}`, 'x'])).toThrow(`--${name} takes`)
    }
  })
})
