import type { RunDefinition } from '@llm-loadtest/schema'

/** Where requests go: the connection's origin and the request's path. */
export type TargetUrl = { origin: string; hostname: string; port: number; tls: boolean; path: string }

const PATHS: Record<RunDefinition['endpoint'], string> = {
  chat: '/chat/completions',
  completions: '/completions',
}

/** Resolves a server address, given with or without /v1, to the endpoint's place. */
export function targetUrl(serverUrl: string, endpoint: RunDefinition['endpoint']): TargetUrl {
  const url = new URL(serverUrl)
  const base = url.pathname.replace(/\/+$/, '')
  const root = base.endsWith('/v1') ? base : `${base}/v1`
  const tls = url.protocol === 'https:'
  return {
    origin: url.origin,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    path: `${root}${PATHS[endpoint]}${url.search}`,
  }
}
