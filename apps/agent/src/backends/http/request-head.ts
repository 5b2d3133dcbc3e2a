import type { TargetUrl } from './target-url.ts'

/** The start of every request's head: the request line and the headers that do not change, each line ended. */
export function requestHead(url: TargetUrl, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const host = new URL(url.origin).host
  return `POST ${url.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines.join('')}`
}
