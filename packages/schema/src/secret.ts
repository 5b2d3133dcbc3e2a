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

/** Shapes of keys, tokens and passwords: those of this product, those of LLM servers, and those in headers and URLs. */
const SECRET_SHAPES =
  /\b(?:sk|hf|gsk|xai|pk|rk|api|agt|llt|ses)[-_][A-Za-z0-9_-]{12,}|\bBearer\s+[^\s"',}]+|(?<=:\/\/)[^\s/@]+(?=@)/g

/** A text in which whatever has the shape of a secret is replaced: for logs, which must not hold one by accident. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET_SHAPES, '[redacted]')
}
