import type { RunDefinition, TokenLength } from '@llm-loadtest/schema'

/** The shell variable that stands for the API key, which is never written out. */
export const KEY_VARIABLE = 'LLM_API_KEY'

/** Quotes a word for a POSIX shell; plain words stay as they are. */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

const lengthText = (length: TokenLength): string =>
  typeof length === 'number' ? String(length) : `${length.mean}:${length.std}:${length.min}:${length.max}`

function loadFlags(run: RunDefinition): string[] {
  const rate = run.request_rate
  if (!rate) return ['-c', (run.concurrency ?? [1]).join(',')]
  const flags = ['--rate', rate.rates.join(','), '--arrival', rate.arrival]
  return rate.burstiness === undefined ? flags : [...flags, '--burstiness', String(rate.burstiness)]
}

function goodputFlag(run: RunDefinition): string[] {
  const slo = run.goodput_thresholds
  if (!slo) return []
  const parts = [
    ['ttft', slo.ttft_ms],
    ['tpot', slo.tpot_ms],
    ['e2e', slo.e2e_ms],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]))
  return ['--goodput', parts.join(',')]
}

/** The `agent run` command of a definition; flags whose value is the default are left out. */
export function agentCommand(run: RunDefinition): string {
  const words = ['agent', 'run', '--server', run.server_url, '--model', run.model, ...loadFlags(run)]
  words.push(...(run.num_prompts !== undefined ? ['-n', String(run.num_prompts)] : []))
  words.push(...(run.duration_seconds !== undefined ? ['-d', String(run.duration_seconds)] : []))
  words.push('--input-len', lengthText(run.input_len), '--output-len', lengthText(run.output_len))
  if (run.endpoint !== 'chat') words.push('--endpoint', run.endpoint)
  if (!run.stream) words.push('--no-stream')
  if (run.ignore_eos) words.push('--ignore-eos')
  if (run.warmup !== 3) words.push('--warmup', String(run.warmup))
  if (run.timeout !== 120) words.push('--timeout', String(run.timeout))
  if (run.seed !== 0) words.push('--seed', String(run.seed))
  if (run.api_key_env !== undefined) words.push('--api-key-env', run.api_key_env)
  words.push(...goodputFlag(run))
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
