import type { TokenAccounting } from '../level-result.ts'
import type { RequestRecord, TokenSource } from '../request-record.ts'

/** The server's own count, whether it was believed or not; null when it gave none. */
function serverCount(request: RequestRecord, side: 'input' | 'output'): number | null {
  if (request[`${side}_tokens_source`] === 'usage') return request[`${side}_tokens`]
  return side === 'output' ? request.server_output_tokens : null
}

/** Mean of |server − local| / server in %, over the requests both counted; null when there are none. */
function disagreement(requests: readonly RequestRecord[], side: 'input' | 'output'): number | null {
  let sum = 0
  let count = 0
  for (const request of requests) {
    const server = serverCount(request, side)
    const local = request[`local_${side}_tokens`]
    if (!server || local === null) continue
    sum += Math.abs(server - local) / server
    count++
  }
  return count === 0 ? null : (sum / count) * 100
}

function countSources(sources: Iterable<TokenSource | null>): Partial<Record<TokenSource, number>> {
  const counts: Partial<Record<TokenSource, number>> = {}
  for (const source of sources) if (source) counts[source] = (counts[source] ?? 0) + 1
  return counts
}

/** Token totals of the ok requests, where the counts came from, and how far the sources disagree. */
export function accountTokens(ok: readonly RequestRecord[]): TokenAccounting {
  return {
    input_tokens: ok.reduce((sum, request) => sum + (request.input_tokens ?? 0), 0),
    output_tokens: ok.reduce((sum, request) => sum + (request.output_tokens ?? 0), 0),
    input_sources: countSources(ok.map((request) => request.input_tokens_source)),
    output_sources: countSources(ok.map((request) => request.output_tokens_source)),
    input_disagreement_percent: disagreement(ok, 'input'),
    output_disagreement_percent: disagreement(ok, 'output'),
  }
}
