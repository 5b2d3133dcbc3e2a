import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import { ApiError, errorOf } from './api-error.ts'
import type { paths } from './openapi.generated.ts'

export type ClientOptions = {
  /** Address of the control plane, such as `http://127.0.0.1:8787`; `''` for the page's own. */
  baseUrl: string
  apiKey?: string | undefined
}

export type Client = FetchClient<paths>

/**
 * A typed client of the REST API. A call resolves with `data`, or rejects with an ApiError.
 * @example
 * const { data } = await createClient({ baseUrl: '' }).GET('/api/v1/agents')
 */
export function createClient({ baseUrl, apiKey }: ClientOptions): Client {
  const client = createFetchClient<paths>({
    baseUrl,
    ...(apiKey === undefined ? {} : { headers: { 'X-API-Key': apiKey } }),
  })
  client.use({
    async onResponse({ response }) {
      if (!response.ok && response.status !== 304) throw await errorOf(response)
    },
    onError({ error }) {
      if (error instanceof ApiError || (error instanceof Error && error.name === 'AbortError')) return error
      const message = 'The control plane cannot be reached; check that it runs and its address.'
      return new ApiError(0, { code: 'unreachable', message }, { cause: error })
    },
  })
  return client
}
