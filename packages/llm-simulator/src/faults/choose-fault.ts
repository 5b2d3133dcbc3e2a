import { HttpError } from '../http/http-error.ts'
import type { Random } from '../random.ts'
import { FaultName, type FaultRule } from './fault-catalogue.ts'

/**
 * The fault of one request: what its `x-simulator-fault` header names ("none" for no fault at all), else the first rule whose
 * draw strikes, else null. Throws HttpError 400 for a name there is none of.
 */
export function chooseFault(
  header: string | undefined,
  rules: FaultRule[],
  random: Random,
): FaultName | null {
  if (header !== undefined) {
    if (header === 'none') return null
    const named = FaultName.safeParse(header)
    if (named.success) return named.data
    const reason = named.error.issues[0]?.message ?? 'is unknown'
    throw new HttpError(400, `x-simulator-fault ${reason}, none`, { param: 'x-simulator-fault' })
  }
  return rules.find((rule) => random.next() < rule.rate)?.name ?? null
}
