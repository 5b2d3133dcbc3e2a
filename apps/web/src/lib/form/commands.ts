import type { RunDefinition } from '@llm-loadtest/schema'
import { loadWords, workloadWords } from './command-words.ts'

/** The shell variable that stands for the API key, which is never written out. */
export const KEY_VARIABLE = 'LLM_API_KEY'

/** Quotes a word for a POSIX shell; plain words stay as they are. */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

function goodputWords(run: RunDefinition): string[] {
  const slo = run.goodput_thresholds
  if (!slo) return []
  const parts = [
    ['ttft', slo.ttft_ms],
    ['tpot', slo.tpot_ms],
    ['e2e', slo.e2e_ms],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]))
  return ['--goodput', parts.join(',')]
}

/**
 * The `agent run` command of a definition; flags whose value is the default are left out. null when the flags cannot
 * say it: stages with arrivals of their own.
 */
export function agentCommand(run: RunDefinition): string | null {
  const load = loadWords(run)
  if (!load) return null
  const words = ['agent', 'run', '--server', run.server_url, '--model', run.model, ...load]
  words.push(...workloadWords(run))
  if (run.endpoint !== 'chat') words.push('--endpoint', run.endpoint)
  if (!run.stream) words.push('--no-stream')
  if (run.ignore_eos) words.push('--ignore-eos')
  if (run.warmup !== 3) words.push('--warmup', String(run.warmup))
  if (run.cooldown !== 0) words.push('--cooldown', String(run.cooldown))
  if (run.timeout !== 120) words.push('--timeout', String(run.timeout))
  if (run.seed !== 0) words.push('--seed', String(run.seed))
  if (run.api_key_env !== undefined) words.push('--api-key-env', run.api_key_env)
  words.push(...goodputWords(run))
  if (run.extra_body) words.push('--extra-body', JSON.stringify(run.extra_body))
  const command = words.map(shellQuote).join(' ')
  return run.api_key === undefined ? command : `${command} --api-key "$${KEY_VARIABLE}"`
}

/** The `curl` command that starts the run through the API at `origin`. */
export function curlCommand(run: RunDefinition, origin: string): string {
  const placeholder = '\u0000key\u0000'
  const body = JSON.stringify({ ...run, ...(run.api_key !== undefined && { api_key: placeholder }) })
  const quoted = `'${body.replaceAll("'", String.raw`'\''`)}'`.replace(
    JSON.stringify(placeholder).slice(1, -1),
    `'"$${KEY_VARIABLE}"'`,
  )
  const url = `${origin}/api/v1/benchmark/run`
  return `curl -X POST ${shellQuote(url)} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted}`
}
