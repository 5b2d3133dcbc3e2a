import type { StoredReason } from '@llm-loadtest/schema'
import { isCount } from '@llm-loadtest/schema/metrics'
import type { Dictionary } from '../../i18n/index.ts'
import type { Format } from '../format.ts'

/** A reason of a verdict in the page's language; results of earlier versions have a sentence, which stays as it is. */
export function reasonText(reason: StoredReason, t: Dictionary, f: Format): string {
  if (typeof reason === 'string') return reason
  const { code, value, limit } = reason
  return t.reasons[code](isCount(code) ? f.integer(value) : f.number(value), f.plain(limit))
}
