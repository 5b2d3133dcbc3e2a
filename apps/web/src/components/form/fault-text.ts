import { f, t } from '../../i18n/index.ts'
import type { Fault } from '../../lib/form/field-errors.ts'

/** A fault in the current language. */
export function faultText(fault: Fault): string {
  const words = t().faults
  switch (fault.kind) {
    case 'at_least':
    case 'at_most':
    case 'too_long':
      return words[fault.kind](f().plain(fault.limit))
    case 'message':
      return words.messages[fault.message] ?? fault.message
    default:
      return words[fault.kind]
  }
}
