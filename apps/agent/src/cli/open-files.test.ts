import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../../bin/agent.js', import.meta.url))

/** The command line in a shell that may open so many files. */
async function runWith(limit: number, args: readonly string[]) {
  const command = `ulimit -n ${limit}; exec "$@"`
  const child = spawn('bash', ['-c', command, 'bash', process.execPath, BIN, 'run', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { status, said: stdout + stderr }
}

it.skipIf(process.platform !== 'linux')('refuses a run that needs more open files than allowed', async () => {
  const simulator = await startSimulator({ port: 0, trace: true })
  try {
    const args = ['--server', simulator.url, '--model', 'simulator', '--output-len', '2', '--input-len', '8']
    const refused = await runWith(256, [...args, '-c', '1,300', '-n', '300'])
    expect(refused.status).toBe(1)
    expect(refused.said).toMatch(/needs about \d+ open files .* may open 256\. .*"ulimit -n 65536"/)
    expect(refused.said).not.toMatch(/TTFT p50/)
    expect((await runWith(256, [...args, '-c', '100', '-n', '100'])).status).toBe(0)
  } finally {
    await simulator.close()
  }
})
