import type { Distribution } from '../level-result.ts'
import type { RequestRecord } from '../request-record.ts'
import { distributionOf } from './distribution.ts'

// A level may have millions of gaps. They are counted first, so that each kind has one array of exact size, and walked
// in plain loops: a callback for each gap would leave garbage many times the size of the arrays.

/** How many ICL samples a request has (gaps), and how many ITL samples (their tokens). As chunkGaps tells them. */
function countSamples({
  event_ms: times,
  event_tokens: counts,
}: RequestRecord): [gaps: number, tokens: number] {
  let [gaps, tokens] = [0, 0]
  for (let i = 1; i < times.length; i++) {
    const carried = counts[i] ?? 0
    if (carried === 0) continue
    gaps++
    tokens += carried
  }
  return [gaps, tokens]
}

/** Writes a request's gaps from `next` on, each once or as often as it carried tokens; returns where the next goes. */
function writeSamples(
  { event_ms: times, event_tokens: counts }: RequestRecord,
  samples: Float64Array,
  next: number,
  perToken: boolean,
): number {
  let index = next
  let previous = times[0] ?? 0
  for (let i = 1; i < times.length; i++) {
    const carried = counts[i] ?? 0
    if (carried === 0) continue
    const at = times[i] ?? 0
    const gap = perToken ? (at - previous) / carried : at - previous
    const end = index + (perToken ? carried : 1)
    while (index < end) samples[index++] = gap
    previous = at
  }
  return index
}

/** ITL and ICL pooled over requests. */
export function gapDistributions(requests: readonly RequestRecord[]): {
  itl: Distribution | null
  icl: Distribution | null
} {
  let [gaps, tokens] = [0, 0]
  for (const request of requests) {
    const [ownGaps, ownTokens] = countSamples(request)
    gaps += ownGaps
    tokens += ownTokens
  }
  const pooled = (count: number, perToken: boolean) =>
    distributionOf(count, (samples) => {
      let next = 0
      for (const request of requests) next = writeSamples(request, samples, next, perToken)
    })
  const itl = pooled(tokens, true)
  // With one token in each event they are the same samples.
  return { itl, icl: gaps === tokens ? itl : pooled(gaps, false) }
}
