import { issueMessage, RunDefinition } from '@llm-loadtest/schema'
import type { z } from 'zod'
import { UsageError } from './exit-status.ts'
import { fieldOf, given, inFlags, partOf, toNumber, toWhole, usage } from './flag-usage.ts'
import { loadOfFlags, loadOfRamp } from './load-flags.ts'
import type { RunFlags } from './run-flags.ts'
import { workloadOfFlags } from './workload-flags.ts'

function headers(lines: readonly string[]): Record<string, string> {
  const values = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    // The value may be a secret, so it is not repeated.
    if (colon < 1) throw usage('headers', 'a value without a colon after the name')
    const name = line.slice(0, colon).trim()
    if (values.has(name)) throw usage('headers', `${name}: is given twice`)
    values.set(name, line.slice(colon + 1).trim())
  }
  return Object.fromEntries(values)
}

function goodput(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', limit = '', ...more] = part.split(':')
      if (more.length > 0) throw usage('goodput_thresholds', `"${part}" has more than one limit`)
      if (!['ttft', 'tpot', 'e2e'].includes(name.trim())) {
        throw usage('goodput_thresholds', `"${part}" names none of ttft, tpot, e2e`)
      }
      return [`${name.trim()}_ms`, toNumber('goodput_thresholds', limit)]
    }),
  )
}

function extraBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage('extra_body', error instanceof Error ? error.message : String(error))
  }
}

function rawDefinition(flags: RunFlags): Record<string, unknown> {
  return {
    server_url: flags.server,
    model: flags.model,
    endpoint: flags.endpoint,
    ...loadOfFlags(flags),
    ...workloadOfFlags(flags),
    stream: flags.stream,
    timeout: given(flags.timeout, (text) => toNumber('timeout', text)),
    api_key: flags.apiKey,
    api_key_env: flags.apiKeyEnv,
    headers: flags.header.length > 0 ? headers(flags.header) : undefined,
    extra_body: given(flags.extraBody, extraBody),
    ignore_eos: flags.ignoreEos,
    seed: given(flags.seed, (text) => toWhole('seed', text)),
    goodput_thresholds: given(flags.goodput, goodput),
    name: flags.name,
  }
}

/** What is wrong with the flag that wrote a part of a definition, and with which part of the flag's value. */
function usageOf(issue: z.core.$ZodIssue, flags: RunFlags): UsageError {
  const [first, ...rest] = issue.path.filter((key) => typeof key !== 'symbol')
  const keys = [first === 'ramp' ? loadOfRamp(flags) : (first ?? ''), ...rest]
  const field = fieldOf(keys)
  const part = partOf(keys.slice(field.length))
  return usage(field.join('.'), `${part === '' ? '' : `${part}: `}${inFlags(issueMessage(issue))}`)
}

/** Builds a run definition of the flags. Throws UsageError that names the flag at fault. */
export function definitionFromFlags(flags: RunFlags): RunDefinition {
  for (const [field, value] of [
    ['server_url', flags.server],
    ['model', flags.model],
  ] as const) {
    if (value === undefined) throw usage(field, 'is required')
  }
  const raw = Object.entries(rawDefinition(flags)).filter(([, value]) => value !== undefined)
  const parsed = RunDefinition.safeParse(Object.fromEntries(raw))
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  if (!first) throw new UsageError('the run is not valid')
  throw usageOf(first, flags)
}
