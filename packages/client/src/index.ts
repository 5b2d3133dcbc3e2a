export { ApiError } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export type { components, operations, paths } from './openapi.generated.ts'
export { type LinkState, type RunWatch, watchRun } from './watch-run.ts'
