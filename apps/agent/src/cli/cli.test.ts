import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { RequestRecord, RunResult } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../../bin/agent.js', import.meta.url))
let simulator: RunningSimulator
let dir: string
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  dir = await mkdtemp(join(tmpdir(), 'cli-'))
})
afterAll(async () => {
  await simulator.close()
  await rm(dir, { recursive: true, force: true })
})

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LLM_LOADTEST_TOKEN: '' },
  })
  const done = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[status], stdout, stderr]) => ({ status, stdout, stderr }),
  )
  return { child, done }
}

const run = (...args: string[]) =>
  start(['run', '--server', simulator.url, '--model', 'simulator', '--output-len', '5', ...args])

describe('the command', () => {
  it('prints the table on standard output, progress on standard error, and writes files', async () => {
    const files = ['json', 'csv', 'xlsx'].map((kind) => join(dir, `result.${kind}`))
    const { status, stdout, stderr } = await run('-n', '4', ...files.flatMap((file) => ['--output', file]))
      .done
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Concurrency {2}Throughput {2}TTFT p50/)
    expect(stdout).toContain('Measurement: ')
    expect(stderr).toContain('100 %  [1/1] c=1  4/4')
    const [json = '', csv = '', xlsx = ''] = files
    const result = RunResult.parse(JSON.parse(await readFile(json, 'utf8')))
    expect(result.summary.successful_requests).toBe(4)
    expect((await readFile(csv, 'utf8')).split('\r\n')[0]).toMatch(/^Concurrency,Throughput \(tok\/s\),/)
    expect((await readFile(xlsx)).subarray(0, 2).toString()).toBe('PK')
  })

  it('writes every request, and its one level as other tools do', async () => {
    const kinds = ['requests.jsonl', 'requests.csv', 'vllm.json', 'aiperf.json', 'json']
    const files = kinds.map((kind) => join(dir, `other.${kind}`))
    const { status } = await run('-n', '4', '--warmup', '1', ...files.flatMap((file) => ['--output', file]))
      .done
    expect(status).toBe(0)
    const [jsonl = '', csv = '', vllm, aiperf, json] = await Promise.all(
      files.map((file) => readFile(file, 'utf8')),
    )
    const records = jsonl
      .trimEnd()
      .split('\n')
      .map((line) => RequestRecord.parse(JSON.parse(line)))
    expect(records.filter((record) => record.warmup)).toHaveLength(1)
    expect(csv.split('\r\n')).toHaveLength(1 + records.length + 1)
    const result = RunResult.parse(JSON.parse(json ?? ''))
    const tokens = result.results[0]?.tokens.output_tokens
    expect([records.length, result.summary.successful_requests]).toEqual([5, 4])
    expect(JSON.parse(vllm ?? '')).toMatchObject({
      completed: 4,
      total_output_tokens: tokens,
      max_concurrency: 1,
    })
    expect(JSON.parse(aiperf ?? '')).toMatchObject({
      benchmark_id: result.run_id,
      request_count: { avg: 4 },
      total_osl: { avg: tokens },
    })
  })

  it('prints the result object and nothing else with --json', async () => {
    const { status, stdout } = await run('-n', '2', '--json').done
    expect(status).toBe(0)
    expect(RunResult.parse(JSON.parse(stdout)).status).toBe('completed')
  })

  it('exits with 1 when the run failed, and says why', async () => {
    const { status, stdout } = await start(['run', '--server', 'http://127.0.0.1:1', '--model', 'm']).done
    expect([status, stdout.includes('Run failed (target_unreachable)')]).toEqual([1, true])
  })

  it('exits with 1 when no request succeeded although the run went to its end', async () => {
    const nowhere = ['run', '--server', 'http://127.0.0.1:1', '--model', 'm', '-n', '2', '--warmup', '0']
    const { status, stdout, stderr } = await start(nowhere).done
    expect([status, stdout.includes('2 × CONNECTION_ERROR')]).toEqual([1, true])
    expect(stderr).toContain('No request succeeded, so nothing was measured. Check --server, --model')
  })

  it('exits with 2 before any load when an output file cannot be written', async () => {
    const folder = join(dir, 'missing')
    const files = ['--output', join(dir, 'fine.json'), '--output', join(folder, 'x.json')]
    const { status, stdout, stderr } = await run('-n', '2', ...files).done
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      `error: --output: the folder ${folder} does not exist. Make it first, or name another.\n`,
    )
    const left = await readdir(dir)
    expect([left.includes('missing'), left.includes('fine.json')]).toEqual([false, false])
  })

  it('exits with 3 when a level misses its goodput', async () => {
    const missed = await run('-n', '2', '--goodput', 'ttft:0.001', '--min-goodput', '90').done
    expect(missed.status).toBe(3)
    expect(missed.stderr).toContain('Goodput at concurrency 1 was 0.0 %, less than the 90 % asked for.')
    expect((await run('-n', '2', '--goodput', 'ttft:9999', '--min-goodput', '90').done).status).toBe(0)
  })

  it('exits with 130 on Ctrl-C and prints what there is', async () => {
    const file = join(dir, 'partial.json')
    const { child, done } = run('-n', '100000', '--output', file)
    let seen = ''
    let interrupted = false
    child.stderr.on('data', (data) => {
      seen += String(data)
      if (!interrupted && / [1-9]\d*\/100000/.test(seen)) interrupted = child.kill('SIGINT')
    })
    const { status, stdout } = await done
    expect([status, stdout.startsWith('Concurrency')]).toEqual([130, true])
    const result = RunResult.parse(JSON.parse(await readFile(file, 'utf8')))
    expect(result.status).toBe('cancelled')
    expect(result.results[0]?.successful_requests).toBeGreaterThan(0)
  })

  it.each([
    [['run', '--nonsense'], /unknown option '--nonsense'/],
    [['nonsense'], /there is no command "nonsense"/],
    [[], /--token: it is required/],
    [['--token', 'a b'], /--token: it must be printable ASCII/],
    [['--token', 't', '--slots', '0'], /--slots: it takes a whole number/],
    [['--token', 't', '--workers', '257'], /--workers: it takes a whole number from 1 to 256\./],
    [['--token', 't', '--data-dir', '/no/such'], /--data-dir: \/no\/such is not a folder\. Make it first/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '--workers', '1.5'],
      /--workers: it takes a whole number/,
    ],
    [['--token', 't', '--control-plane', 'nowhere'], /--control-plane: "nowhere" is not/],
    [['--token', 't', '--allow-target', 'http://x/y'], /--allow-target: "http:\/\/x\/y" is not HOST/],
    [['run', '--server', 'http://h', '--model', 'm', '--output', 'x.txt'], /--output: "x.txt" must end in/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '-c', '1,2', '--output', 'x.vllm.json'],
      /--output: "x.vllm.json" is of one load level, and this run has 2\. Run one, or take \.requests\.jsonl\.\n/,
    ],
    [['run', '--server', 'http://h', '--model', 'm', '--min-goodput', '101'], /--min-goodput: it takes/],
    [
      ['run', '--server', 'http://h', '--model', 'm', '--api-key-env', 'NO_SUCH_ONE'],
      /NO_SUCH_ONE is not set/,
    ],
  ])('exits with 2 for %j', async (args, message) => {
    const { status, stdout, stderr } = await start(args).done
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  it('shows the machine and its version', async () => {
    const info = await start(['info']).done
    expect([info.status, info.stdout.includes('Agent:   0.1.0')]).toEqual([0, true])
    expect(JSON.parse((await start(['info', '--json']).done).stdout)).toMatchObject({ version: '0.1.0' })
    expect(await start(['--version']).done).toMatchObject({ status: 0, stdout: '0.1.0\n' })
    expect((await start(['--help']).done).status).toBe(0)
  })
})
