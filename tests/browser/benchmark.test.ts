import { readFileSync } from 'node:fs'
import { type Stack, startStack } from '@llm-loadtest/local'
import ExcelJS from 'exceljs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from '../support/api.ts'
import { chromiumInstalled, launchChromium, openPage } from '../support/chromium.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let stack: Stack
let browser: Browser

async function download(page: Page, name: RegExp): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
  return readFileSync(await file.path())
}

/** Fills the form in and starts the run; returns its id once its page is open. */
async function startFromForm(page: Page): Promise<string> {
  await page.goto(`${stack.url}/new`)
  await page.getByLabel('Server URL').fill(stack.simulatorUrl ?? '')
  await page.getByLabel('Model', { exact: true }).fill('simulator')
  await page.getByLabel('Concurrency levels').fill('2, 8')
  await page.getByLabel('Requests per level').fill('40')
  await page.getByLabel('Output length (tokens)').fill('32')
  await page.getByRole('button', { name: 'Start benchmark' }).click()
  await page.waitForURL(/\/runs\/run_/)
  return /\/runs\/(run_\w+)/.exec(page.url())?.[1] ?? ''
}

describe.skipIf(!chromiumInstalled)('a benchmark in the browser', () => {
  beforeAll(async () => {
    stack = await startStack({
      port: 0,
      host: '127.0.0.1',
      dataDir: `${folder.path}/data`,
      simulatorPort: 0,
      agentSlots: 1,
      logLevel: 'warn',
      agent: true,
      simulator: true,
    })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser.close()
    await stack.close()
    folder.remove()
  })

  it('is started in the form, watched live to its end, shown, and downloaded', async () => {
    const { page, complaints, close } = await openPage(browser, {
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
    })
    const runId = await startFromForm(page)
    await page.getByRole('progressbar').first().waitFor()
    await page.getByText('Best throughput', { exact: true }).first().waitFor({ timeout: 90_000 })
    const result = await testApi(stack.url).result(runId)
    expect(result).toMatchObject({ status: 'completed', summary: { total_requests: 80, failed_requests: 0 } })

    await page.locator('svg path').first().waitFor()
    const table = page.getByRole('table').filter({ hasText: 'TTFT p50' }).first()
    expect(await table.locator('tbody tr').count()).toBe(2)
    for (const level of result.results) {
      const row = table.locator('tbody tr').nth(level.index)
      expect(await row.textContent()).toContain(String(level.concurrency))
    }

    const csv = (await download(page, /CSV/)).toString('utf8').split('\r\n')
    const [, first = ''] = csv
    expect(csv).toHaveLength(4)
    expect(first.split(',').map(Number).slice(0, 3)).toEqual([
      2,
      result.results[0]?.throughput_tokens_per_sec,
      result.results[0]?.ttft?.p50,
    ])
    const workbook = new ExcelJS.Workbook()
    const bytes = await download(page, /XLSX|Excel/)
    await workbook.xlsx.load(new Uint8Array(bytes).buffer)
    expect(workbook.getWorksheet('Summary')?.getRow(3).getCell(2).value).toBe(
      result.results[1]?.throughput_tokens_per_sec,
    )
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    ['dark', 390, 'ko-KR'],
    ['light', 1440, 'en-US'],
  ] as const)('opens every page without a complaint: %s, %d px, %s', async (colorScheme, width, locale) => {
    const { page, complaints, close } = await openPage(browser, {
      viewport: { width, height: 844 },
      colorScheme,
      locale,
    })
    const { data } = await testApi(stack.url).client.GET('/api/v1/benchmark/history')
    const runId = data?.runs[0]?.run_id
    for (const path of ['/', '/new', '/history', `/runs/${runId}`, '/no-such-page', '/docs']) {
      await page.goto(stack.url + path, { waitUntil: 'networkidle' })
      expect(await page.getByRole('heading').first().isVisible(), path).toBe(true)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect(overflow, `${path} scrolls sideways`).toBe(false)
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('runs under a policy that lets in its own files alone, charts included', async () => {
    const { page, complaints, close } = await openPage(browser, { locale: 'en-US' })
    const violations: unknown[] = []
    await page.exposeFunction('noteViolation', (violation: unknown) => void violations.push(violation))
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
        Reflect.get(globalThis, 'noteViolation')([violatedDirective, blockedURI, sourceFile]),
      )
    })
    const { data } = await testApi(stack.url).client.GET('/api/v1/benchmark/history')
    for (const path of ['/', '/new', `/runs/${data?.runs.at(-1)?.run_id}`]) {
      const response = await page.goto(stack.url + path, { waitUntil: 'networkidle' })
      const policy = (await response?.headerValue('content-security-policy')) ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; ")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
    }
    const chart = page.locator('svg path').first()
    await chart.waitFor()
    await chart.hover({ force: true })
    // The charts' own style sheets are in force, though they are filled by script.
    const rules = await page.evaluate(
      () =>
        [...document.styleSheets].flatMap((sheet) => (sheet.href === null ? [...sheet.cssRules] : [])).length,
    )
    expect(rules).toBeGreaterThan(0)
    expect([violations, complaints]).toEqual([[], []])

    // That the policy is enforced at all: what is put into the page does not run.
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.body.append(script)
    })
    expect(await page.evaluate(() => Reflect.get(globalThis, 'injected'))).toBeUndefined()
    await expect.poll(() => violations).toEqual([['script-src-elem', 'inline', expect.any(String)]])
    await close()
  })

  it('names each field that is wrong and starts nothing', async () => {
    const { page, complaints, close } = await openPage(browser, { locale: 'en-US' })
    await page.goto(`${stack.url}/new`)
    await page.getByLabel('Server URL').fill('ftp://nowhere')
    await page.getByLabel('Model', { exact: true }).fill('simulator')
    await page.getByRole('button', { name: 'Start benchmark' }).click()
    await page.getByText('Must be an http:// or https:// URL.').first().waitFor()
    expect(page.url()).toBe(`${stack.url}/new`)
    expect(complaints).toEqual([])
    await close()
  })
})
