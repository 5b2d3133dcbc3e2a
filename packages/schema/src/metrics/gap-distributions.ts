import type { Distribution } from '../level-result.ts'
import type { RequestRecord } from '../request-record.ts'
import { ChunkGaps } from './chunk-gaps.ts'
import { distributionOf, weightedDistribution } from './distribution.ts'

/** How many gaps requests have, and how many tokens came with them. */
function countGaps(requests: readonly RequestRecord[]): { gaps: number; tokens: number } {
  const sum = { gaps: 0, tokens: 0 }
  for (const request of requests) {
    for (const gap = new ChunkGaps(request); gap.next(); ) {
      sum.gaps++
      sum.tokens += gap.tokens
    }
  }
  return sum
}

/** ICL: each gap counts once. */
function iclOf(requests: readonly RequestRecord[], gaps: number): Distribution | null {
  return distributionOf(gaps, (samples) => {
    let index = 0
    for (const request of requests) {
      for (const gap = new ChunkGaps(request); gap.next(); ) samples[index++] = gap.ms
    }
  })
}

/** ITL: each gap counts as often as tokens came with it. There is no sample of its own for each: they may be 1e8. */
function itlOf(requests: readonly RequestRecord[], gaps: number): Distribution | null {
  const values = new Float64Array(gaps)
  const weights = new Float64Array(gaps)
  let index = 0
  for (const request of requests) {
    for (const gap = new ChunkGaps(request); gap.next(); ) {
      values[index] = gap.ms / gap.tokens
      weights[index++] = gap.tokens
    }
  }
  return weightedDistribution(values, weights)
}

/** ITL and ICL pooled over requests. */
export function gapDistributions(requests: readonly RequestRecord[]): {
  itl: Distribution | null
  icl: Distribution | null
} {
  const { gaps, tokens } = countGaps(requests)
  const icl = iclOf(requests, gaps)
  // With one token in each event they are the same samples.
  return { itl: gaps === tokens ? icl : itlOf(requests, gaps), icl }
}
