import type { TypedResponse } from 'hono'

/** A 200 whose body is JSON text already; `T` says for the route's type what the text holds. */
export function rawJson<T>(text: string, headers: Record<string, string>) {
  const response = new Response(text, { headers: { 'Content-Type': 'application/json', ...headers } })
  return response as Response & TypedResponse<T, 200, 'json'>
}
