// Writes docs/images: runs a real benchmark of the simulator on a stack of its own and photographs the pages. Where there is
// a C compiler, the agent reads GPUs of the stand-in for NVML.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@llm-loadtest/client'
import { startStack } from '@llm-loadtest/local'
import { type Browser, chromium } from 'playwright-core'
import { cCompiler } from '../../tests/nvml-stand-in/build.ts'
import { ScriptedGpus } from './scripted-gpus.ts'

const IMAGES = 'docs/images'
const POLL_MS = 500

type Shot = { name: string; path: string; colorScheme: 'light' | 'dark'; width: number; height: number }

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const { width, height, colorScheme } = shot
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, locale: 'en-US' })
  await page.goto(url + shot.path, { waitUntil: 'networkidle' })
  await page.waitForTimeout(1000)
  await page.screenshot({ path: `${IMAGES}/${shot.name}.png` })
  await page.close()
}

async function benchmark(url: string, serverUrl: string, gpus: ScriptedGpus | null): Promise<string> {
  const client = createClient({ baseUrl: url })
  const body = {
    name: 'Simulator, 128 in, 64 out',
    server_url: serverUrl,
    model: 'simulator',
    concurrency: [1, 4, 16, 64],
    duration_seconds: 8,
    input_len: 128,
    output_len: 64,
    ignore_eos: true,
    goodput_thresholds: { ttft_ms: 500, tpot_ms: 50 },
  }
  const { data } = await client.POST('/api/v1/benchmark/run', { body })
  const params = { path: { run_id: data?.run_id ?? '' } }
  for (;;) {
    const { data: result } = await client.GET('/api/v1/benchmark/result/{run_id}', { params })
    gpus?.at(result?.status === 'running' ? result.results.length + 1 : 0)
    if (result?.status === 'completed') return result.run_id
    if (result?.status !== 'pending' && result?.status !== 'running')
      throw new Error(`the benchmark is ${result?.status}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'llm-loadtest-screenshots-'))
// Before the agent starts: its thread takes the environment over.
const gpus = cCompiler === null ? null : new ScriptedGpus(dataDir)
const ports = { port: 0, simulatorPort: 0, host: '127.0.0.1' }
const stack = await startStack({
  ...ports,
  dataDir,
  agentSlots: 1,
  agent: true,
  simulator: true,
  logLevel: 'warn',
  say: console.log,
})
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  mkdirSync(IMAGES, { recursive: true })
  const runId = await benchmark(stack.url, stack.simulatorUrl ?? '', gpus)
  const wide = { width: 1280, height: 1080 }
  const tall = { width: 1280, height: 1960 }
  const shots: Shot[] = [
    { name: 'result', path: `/runs/${runId}`, colorScheme: 'light', ...wide },
    { name: 'result-dark', path: `/runs/${runId}`, colorScheme: 'dark', ...wide },
    ...(gpus
      ? [{ name: 'gpu', path: `/runs/${runId}?tab=gpu`, colorScheme: 'light' as const, ...tall }]
      : []),
    { name: 'dashboard', path: '/', colorScheme: 'light', ...wide },
    { name: 'new-benchmark', path: '/new', colorScheme: 'dark', ...wide },
  ]
  for (const shot of shots) await take(browser, stack.url, shot)
} finally {
  await browser.close()
  await stack.close()
  rmSync(dataDir, { recursive: true })
}
