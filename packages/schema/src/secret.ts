import type { RunConfig, RunDefinition } from './run-definition.ts'

/** What a secret is shown as: `sk-…abcd`, or `…` alone when it is too short to show any of it safely. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return '…'
  const prefix = /^[A-Za-z]{1,4}[-_]/.exec(secret)?.[0] ?? ''
  return `${prefix}…${secret.slice(-4)}`
}

function maskedValues(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, maskSecret(value)]))
}

/**
 * A run's configuration as it may be shown: choices that were not made are left out, and the API key and the value
 * of every header are masked, since no header's name tells whether its value is a secret.
 */
export function shownConfig(definition: RunDefinition): RunConfig {
  const { api_key, headers, concurrency, num_prompts, ...rest } = definition
  return {
    ...rest,
    ...(concurrency ? { concurrency } : {}),
    ...(num_prompts === undefined ? {} : { num_prompts }),
    ...(api_key === undefined ? {} : { api_key: maskSecret(api_key) }),
    ...(headers ? { headers: maskedValues(headers) } : {}),
  }
}
