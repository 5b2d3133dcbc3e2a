import { maskSecret, type RunConfig, type RunDefinition } from '@llm-loadtest/schema'

const SECRET_HEADER = /authorization|api[-_]?key|token|secret|cookie|password/i

/** A run's configuration as it may be shown: secrets masked, choices that were not made left out. */
export function shownConfig(definition: RunDefinition): RunConfig {
  const { api_key, headers, concurrency, num_prompts, ...rest } = definition
  const shownHeaders = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    SECRET_HEADER.test(name) ? maskSecret(value) : value,
  ])
  return {
    ...rest,
    ...(concurrency ? { concurrency } : {}),
    ...(num_prompts === undefined ? {} : { num_prompts }),
    ...(api_key === undefined ? {} : { api_key: maskSecret(api_key) }),
    ...(headers ? { headers: Object.fromEntries(shownHeaders) } : {}),
  }
}
