import type { Goodput } from '../level-result.ts'
import type { RequestRecord } from '../request-record.ts'
import type { RunDefinition } from '../run-definition.ts'
import { e2eMs, tpotMs, ttftMs } from './request-metrics.ts'

type Thresholds = NonNullable<RunDefinition['goodput_thresholds']>

const within = (value: number | null, limit: number): boolean => value !== null && value <= limit

/** Whether a request meets each objective; an output of one token has no TPOT and so cannot miss it. */
function met(request: RequestRecord, slo: Thresholds): { ttft: boolean; tpot: boolean; e2e: boolean } {
  const ok = request.outcome === 'ok'
  const single = request.output_tokens !== null && request.output_tokens < 2
  return {
    ttft: ok && (slo.ttft_ms === undefined || within(ttftMs(request), slo.ttft_ms)),
    tpot: ok && (slo.tpot_ms === undefined || single || within(tpotMs(request), slo.tpot_ms)),
    e2e: ok && (slo.e2e_ms === undefined || within(e2eMs(request), slo.e2e_ms)),
  }
}

/** Whether a request meets every objective given. */
export function meetsObjectives(request: RequestRecord, slo: Thresholds): boolean {
  const { ttft, tpot, e2e } = met(request, slo)
  return ttft && tpot && e2e
}

/**
 * Goodput: requests meeting every objective given, out of all attempted; failures count against it.
 * Source: DistServe (Zhong et al., OSDI 2024).
 * @param windowSeconds the level's measured window
 */
export function goodput(
  requests: readonly RequestRecord[],
  slo: Thresholds | undefined,
  windowSeconds: number | null,
): Goodput | null {
  if (!slo) return null
  const counts = { all: 0, ttft: 0, tpot: 0, e2e: 0 }
  for (const request of requests) {
    const one = met(request, slo)
    counts.ttft += Number(one.ttft)
    counts.tpot += Number(one.tpot)
    counts.e2e += Number(one.e2e)
    counts.all += Number(one.ttft && one.tpot && one.e2e)
  }
  return {
    satisfied_requests: counts.all,
    total_requests: requests.length,
    goodput_percent: requests.length === 0 ? null : (counts.all / requests.length) * 100,
    goodput_rate_per_sec: windowSeconds ? counts.all / windowSeconds : null,
    ttft_satisfied: slo.ttft_ms === undefined ? null : counts.ttft,
    tpot_satisfied: slo.tpot_ms === undefined ? null : counts.tpot,
    e2e_satisfied: slo.e2e_ms === undefined ? null : counts.e2e,
  }
}
