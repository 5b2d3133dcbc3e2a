import type { RunDefinition } from '@llm-loadtest/schema'

/**
 * Whoever may start a run chooses the variable and the server its value goes to, so only variables that are named as
 * keys of LLM servers may be chosen, and never the agent's own.
 */
const SERVER_KEY = /^(?!LLM_LOADTEST_).*_API_KEY$/

type Target = { host: string; port: string | null }

function parseTarget(text: string): Target | null {
  const address = `http://${text}`
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.pathname !== '/' || url.search || url.username || !url.hostname) return null
  const port = /:(\d+)$/.exec(text)?.[1] ?? null
  return { host: url.hostname, port }
}

/** Whether a text is HOST or HOST:PORT. */
export const isTarget = (text: string): boolean => parseTarget(text) !== null

function allows(target: string, url: URL): boolean {
  const parsed = parseTarget(target)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return parsed !== null && parsed.host === url.hostname && (parsed.port === null || parsed.port === port)
}

/**
 * Why this agent refuses a run by its own policy; null when it takes it.
 * @param allowTargets HOST or HOST:PORT it may load; null means any
 */
export function refusal(
  run: RunDefinition,
  allowTargets: readonly string[] | null,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const url = new URL(run.server_url)
  if (allowTargets && !allowTargets.some((target) => allows(target, url))) {
    return `This agent may not load ${url.host}: it was started with --allow-target ${allowTargets.join(' ')}.`
  }
  const variable = run.api_key_env
  if (variable !== undefined && !SERVER_KEY.test(variable)) {
    return `api_key_env may not name ${variable}: this agent gives out variables whose name ends in _API_KEY only, and none of its own.`
  }
  if (variable !== undefined && !environment[variable]) {
    return `The environment variable ${variable} (api_key_env) is not set where this agent runs.`
  }
  return null
}
