import { type Stack, startStack } from '@llm-loadtest/local'
import type { RunResult } from '@llm-loadtest/schema'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildStandIn, cCompiler } from '../nvml-stand-in/build.ts'
import { DRIVER, deviceLine, ScriptFile } from '../nvml-stand-in/script-file.ts'
import { testApi } from '../support/api.ts'
import { chromiumInstalled, launchChromium, openPage } from '../support/chromium.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const GIB = 2 ** 30
const WATTS_PER_SECOND = 10
/** Throughput and TTFT, then one chart a reading. */
const CHARTS = 5

const reading = (index: number, settings: Record<string, string | number>): string =>
  deviceLine(index, {
    memory_total_bytes: 80 * GIB,
    memory_used_bytes: 60 * GIB,
    memory_reserved_bytes: 0,
    temperature_celsius: 61,
    power_limit_mw: 700_000,
    ...settings,
  })
// The first GPU's power tells the time, so that what is drawn can be held against it; the second one has no utilisation.
const DEVICES = [
  reading(0, {
    power_mw: `100000+${WATTS_PER_SECOND * 1000}/s`,
    energy_mj: '0+250000/s',
    gpu_percent: 97,
    memory_percent: 40,
  }),
  reading(1, { power_mw: 350_000, energy_mj: '0+350000/s' }),
]
// Pids that no system has, so that nothing is found out of them.
const SERVER = [0, 1].map((i) => `process 90000001 device=${i} memory_bytes=${60 * GIB} name=/usr/bin/vllm`)
const FOREIGN = `process 90004242 device=1 memory_bytes=${2 * GIB} name=/usr/bin/train`

const folder = temporaryFolder()
const script = new ScriptFile(folder.path)
const agents: Program[] = []
let stack: Stack
let browser: Browser
let withGpus: string
let withoutGpus: string

async function startAgent(name: string, environment: Record<string, string>): Promise<string> {
  const { agent_id, token } = await testApi(stack.url).mintAgent(name)
  const args = ['--control-plane', stack.url, '--state-dir', `${folder.path}/${name}`]
  agents.push(runProgram('apps/agent/bin/agent.js', args, { LLM_LOADTEST_TOKEN: token, ...environment }))
  return agent_id
}

const startRun = (agent_id: string, levels: number[], seconds: number): Promise<string> =>
  testApi(stack.url).startRun({
    agent_id,
    server_url: stack.simulatorUrl ?? '',
    concurrency: levels,
    duration_seconds: seconds,
    output_len: 32,
  })

/** A chart of the GPU tab as the table it can be shown as: one array of cells a row. */
async function chartTable(page: Page, title: string): Promise<string[][]> {
  const chart = page
    .locator('.chart')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) })
  await chart.getByRole('button', { name: 'Show as table' }).click()
  const rows = await chart.locator('tbody tr').all()
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()))
  await chart.getByRole('button', { name: 'Show as chart' }).click()
  return cells
}

/** How far, in seconds, the times of a power chart lie from what the scripted power says at most. */
function worstOffsetSeconds(rows: readonly string[][]): number {
  const points = rows.map(([time = '', watts = '']) => ({ at: Number(time), watts: Number(watts) }))
  const [first] = points
  if (!first) throw new Error('the power chart has no row')
  const offsets = points.map(({ at, watts }) => at - first.at - (watts - first.watts) / WATTS_PER_SECOND)
  return Math.max(...offsets.map(Math.abs))
}

describe.skipIf(!chromiumInstalled || cCompiler === null)("a run's GPUs in the browser", () => {
  beforeAll(async () => {
    script.write(DRIVER, ...DEVICES, ...SERVER)
    stack = await startStack({
      port: 0,
      host: '127.0.0.1',
      dataDir: `${folder.path}/data`,
      simulatorPort: 0,
      agentSlots: 1,
      logLevel: 'warn',
      agent: false,
      simulator: true,
    })
    browser = await launchChromium()
    withGpus = await startAgent('gpu-host', script.environment(buildStandIn()))
    withoutGpus = await startAgent('plain-host', { NVML_LIBRARY: `${folder.path}/none.so` })
    await testApi(stack.url).waitForAgents(2)
  })

  afterAll(async () => {
    for (const agent of agents) agent.kill('SIGTERM')
    await Promise.all(agents.map((agent) => agent.exited))
    await browser.close()
    await stack.close()
    folder.remove()
  })

  it('are drawn live on the time axis of throughput, and stay on the tab as the stored result', async () => {
    const { page, complaints, close } = await openPage(browser, {
      viewport: { width: 1440, height: 1000 },
      locale: 'en-US',
    })
    const runId = await startRun(withGpus, [2, 8], 5)
    await page.goto(`${stack.url}/runs/${runId}`)
    await page.getByRole('tab', { name: 'GPU' }).click()
    const table = page.getByRole('table', { name: "The newest reading of each of the run's GPUs" })
    const now = table.locator('tbody tr').nth(1)
    await now.getByText('350 of 700').waitFor()
    expect((await now.locator('th, td').allTextContents()).slice(0, 6)).toEqual([
      'GPU 1',
      'NVIDIA H100 80GB HBM3',
      '60.0 of 80.0',
      '–',
      '61.0',
      '350 of 700',
    ])

    await page.locator('.chart').filter({ hasText: 'Power (W)' }).locator('svg path').first().waitFor()
    const live = await waitUntil('four readings on the live chart', async () => {
      const rows = await chartTable(page, 'Power (W)')
      return rows.length >= 4 && rows
    })
    expect(worstOffsetSeconds(live)).toBeLessThan(1)
    expect(live.every(([, , second]) => second === '350')).toBe(true)
    await page.locator('.level').first().getByText('done', { exact: true }).waitFor({ timeout: 60_000 })
    script.write(DRIVER, ...DEVICES, ...SERVER, FOREIGN)

    await page.getByRole('heading', { name: 'Energy by load level' }).waitFor({ timeout: 90_000 })
    expect(new URL(page.url()).search).toBe('?tab=gpu')
    const result = await testApi(stack.url).result(runId)
    const energy = page.getByRole('table', { name: 'Energy of all GPUs together, by load level' })
    expectEnergy(result, await energy.locator('tbody tr').nth(1).locator('th, td').allTextContents())
    const stored = await chartTable(page, 'Power (W)')
    expect(stored.filter(([, first]) => first !== '–').length).toBe(result.gpu?.series[0]?.at_ms.length)
    expect(worstOffsetSeconds(stored)).toBeLessThan(1)
    const warning = 'Concurrency 8: GPU 1 was used by another process too, train (pid 90004242) with 2.0 GiB'
    await page.getByText(warning).waitFor()
    await page.getByText('Utilisation is not reported by GPU 1.', { exact: true }).waitFor()

    await page.getByRole('tab', { name: 'Metrics' }).press('ArrowLeft')
    expect(await page.getByRole('tab', { name: 'GPU' }).getAttribute('aria-selected')).toBe('true')
    expect(complaints).toEqual([])
    await close()
  })

  it('zoom, point and hide together', async () => {
    const { page, complaints, close } = await openPage(browser, { locale: 'en-US' })
    const { data } = await testApi(stack.url).client.GET('/api/v1/benchmark/history')
    await page.goto(`${stack.url}/runs/${data?.runs[0]?.run_id}?tab=gpu`)
    const plots = page.locator('.chart .plot')
    await plots.nth(CHARTS - 1).waitFor()
    await plots.nth(2).press('+')
    expect(await page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(CHARTS)
    await plots.nth(0).press('0')
    expect(await page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(0)

    const crosshairs = page.locator('.chart g[class*="crosshair-component"]')
    const shown = () =>
      crosshairs.evaluateAll((all) => all.filter((one) => getComputedStyle(one).opacity === '1').length)
    await plots.nth(1).hover()
    await waitUntil('the pointer on every chart', async () => (await shown()) === CHARTS)
    await page.getByRole('heading', { name: 'Energy by load level' }).hover()
    await waitUntil('no pointer on any chart', async () => (await shown()) === 0)

    await page.getByRole('button', { name: 'GPU 1' }).first().click()
    expect(await page.getByRole('button', { name: 'GPU 1', pressed: false }).count()).toBe(CHARTS - 1)
    expect(complaints).toEqual([])
    await close()
  })

  it('are told to be none where the agent has none, with what the agent says', async () => {
    const { page, complaints, close } = await openPage(browser, { locale: 'ko-KR' })
    const runId = await startRun(withoutGpus, [1], 2)
    await testApi(stack.url).waitForEnd(runId)
    await page.goto(`${stack.url}/runs/${runId}?tab=gpu`)
    await page.getByRole('heading', { name: '이 에이전트에는 NVIDIA GPU가 없습니다' }).waitFor()
    await page.getByText(`NVML_LIBRARY is ${folder.path}/none.so`).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    ['dark', 390, 'ko-KR'],
    ['light', 1440, 'en-US'],
  ] as const)('fit the page: %s, %d px, %s', async (colorScheme, width, locale) => {
    const { page, complaints, close } = await openPage(browser, {
      viewport: { width, height: 844 },
      colorScheme,
      locale,
    })
    const { data } = await testApi(stack.url).client.GET('/api/v1/benchmark/history')
    for (const path of ['/', ...(data?.runs ?? []).map((run) => `/runs/${run.run_id}?tab=gpu`)]) {
      await page.goto(stack.url + path, { waitUntil: 'networkidle' })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect(overflow, `${path} scrolls sideways`).toBe(false)
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('are listed with each agent, as they are now', async () => {
    const { page, complaints, close } = await openPage(browser, { locale: 'en-US' })
    await page.goto(stack.url)
    const table = page.getByRole('table', { name: 'The GPUs of gpu-host now: 2 × NVIDIA H100 80GB HBM3' })
    const line = table.locator('tbody tr').nth(1)
    await line.getByText('350 W').waitFor({ timeout: 30_000 })
    expect(await line.locator('th, td').allTextContents()).toEqual([
      '1',
      '60.0 / 80.0 GiB',
      '–',
      '61 °C',
      '350 W',
    ])
    await page.getByText('No NVIDIA GPU', { exact: true }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })
})

/** The second level's row shows its energy, that of the script, and the energy over the level's output tokens. */
function expectEnergy(result: RunResult, row: string[]): void {
  const level = result.gpu?.levels[1]
  const tokens = result.results[1]?.tokens.output_tokens ?? Number.NaN
  const joules = level?.energy_joules ?? Number.NaN
  expect(level?.joules_per_output_token).toBeCloseTo(joules / tokens, 9)
  // Both counters grow by what the script says: 600 W over the window.
  const seconds = result.results[1]?.window_seconds ?? Number.NaN
  expect(joules / seconds).toBeGreaterThan(590)
  expect(joules / seconds).toBeLessThan(610)
  const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
  expect([row[0], row[2], row[3]]).toEqual([
    '8',
    short.format(joules / tokens),
    short.format(tokens / joules),
  ])
}
