/** A level's load as results and progress carry it; a replay has neither number. */
type Load = { concurrency: number | null; request_rate: number | null }

/** A load level in words. */
export function levelName({ concurrency, request_rate }: Load): string {
  if (concurrency !== null) return `concurrency ${concurrency}`
  return request_rate === null ? 'replay' : `rate ${request_rate}/s`
}
