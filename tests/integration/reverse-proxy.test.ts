import { readFileSync } from 'node:fs'
import { startControlPlane } from '@llm-loadtest/control-plane'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { logToStderr } from '@llm-loadtest/local'
import { ViewerMessage } from '@llm-loadtest/schema'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { testApi } from '../support/api.ts'
import { type Nginx, nginxInstalled, startNginx } from '../support/nginx.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe.skipIf(!nginxInstalled)('behind nginx, as deploy/nginx/llm-loadtest.conf has it', () => {
  const folder = temporaryFolder()
  let simulator: Awaited<ReturnType<typeof startSimulator>>
  let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
  let nginx: Nginx
  let trusting: Agent
  let agent: Program
  let api: ReturnType<typeof testApi>

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 })
    controlPlane = await startControlPlane({
      dataDir: `${folder.path}/data`,
      vars: { LLM_LOADTEST_TRUSTED_PROXIES: '127.0.0.1' },
      log: logToStderr('warn'),
    })
    api = testApi(controlPlane.url)
    nginx = await startNginx(`${folder.path}/nginx`, controlPlane.url)
    trusting = new Agent({ connect: { ca: readFileSync(nginx.certificate) } })
    const { token } = await api.mintAgent('behind nginx')
    agent = runProgram(
      'apps/agent/bin/agent.js',
      ['--control-plane', nginx.url, '--state-dir', `${folder.path}/agent`],
      { LLM_LOADTEST_TOKEN: token, NODE_EXTRA_CA_CERTS: nginx.certificate },
    )
    await api.waitForAgents(1)
  })

  afterAll(async () => {
    agent.kill('SIGTERM')
    await agent.exited
    await trusting.close()
    await nginx.close()
    await controlPlane.close()
    await simulator.close()
    folder.remove()
  })

  const get = (path: string) => undiciFetch(`${nginx.url}${path}`, { dispatcher: trusting })

  /** All that a viewer hears of a run, until its socket closes. */
  function watch(runId: string, origin: string): Promise<string[]> {
    const url = `${nginx.url.replace('https', 'wss')}/api/v1/benchmark/ws/run/${runId}`
    const socket = new WebSocket(url, { ca: readFileSync(nginx.certificate), origin })
    const types: string[] = []
    return new Promise((resolve, reject) => {
      socket.on('message', (data) => types.push(ViewerMessage.parse(JSON.parse(String(data))).type))
      socket.once('close', () => resolve(types))
      socket.once('error', reject)
    })
  }

  it('sends plain HTTP on to HTTPS, and serves the API and the page', async () => {
    const redirect = await fetch(`${nginx.plainUrl}/new?preset=x`, { redirect: 'manual' })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, `${nginx.url}/new?preset=x`])
    const health = await get('/api/v1/health')
    expect(health.status).toBe(200)
    // The control plane knows that the browser is on https, and has it stay there.
    expect(health.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const page = await get('/')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })

  it('carries an agent, a whole benchmark, its live view and its export', async () => {
    const runId = await api.startRun({
      server_url: simulator.url,
      concurrency: [4],
      num_prompts: 40,
      output_len: 64,
    })
    const heard = await watch(runId, nginx.url)
    expect(heard[0]).toBe('snapshot')
    expect(heard.at(-1)).toBe('completed')
    expect(heard).toContain('progress')
    const path = `/api/v1/benchmark/result/${runId}/export?format=json`
    const [direct, proxied] = await Promise.all([fetch(`${controlPlane.url}${path}`), get(path)])
    expect(await proxied.text()).toBe(await direct.text())
  })

  it('refuses the socket to a page of another site', async () => {
    const runId = await api.startRun({ server_url: simulator.url, num_prompts: 1, output_len: 4 })
    await expect(watch(runId, 'https://elsewhere.example')).rejects.toThrow('403')
    await api.waitForEnd(runId)
  })
})
