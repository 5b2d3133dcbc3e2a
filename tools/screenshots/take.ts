// Writes docs/images: runs a real benchmark of the simulator on a stack of its own and photographs the pages.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@llm-loadtest/client'
import { startStack } from '@llm-loadtest/local'
import { type Browser, chromium } from 'playwright-core'

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

async function benchmark(url: string, serverUrl: string): Promise<string> {
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
  const runId = data?.run_id ?? ''
  for (;;) {
    const { data: run } = await client.GET('/api/v1/benchmark/run/{run_id}', {
      params: { path: { run_id: runId } },
    })
    if (run?.status === 'completed') return runId
    if (run?.status !== 'pending' && run?.status !== 'running')
      throw new Error(`the benchmark is ${run?.status}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'llm-loadtest-screenshots-'))
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
  const runId = await benchmark(stack.url, stack.simulatorUrl ?? '')
  const wide = { width: 1280, height: 1080 }
  const shots: Shot[] = [
    { name: 'result', path: `/runs/${runId}`, colorScheme: 'light', ...wide },
    { name: 'result-dark', path: `/runs/${runId}`, colorScheme: 'dark', ...wide },
    { name: 'dashboard', path: '/', colorScheme: 'light', ...wide },
    { name: 'new-benchmark', path: '/new', colorScheme: 'dark', ...wide },
  ]
  for (const shot of shots) await take(browser, stack.url, shot)
} finally {
  await browser.close()
  await stack.close()
  rmSync(dataDir, { recursive: true })
}
