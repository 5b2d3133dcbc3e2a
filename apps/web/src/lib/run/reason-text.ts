import type { Dictionary } from '../../i18n/index.ts'

const BUSY =
  /^(Send-schedule lag p99|Event-loop delay p99|Agent CPU use) was ([\d.]+ (?:ms|%)).*?, more than ([\d.]+ (?:ms|%)).*$/
const RATE = /^Only ([\d.]+) % of the offered request rate was sent$/
const DROPPED = /^(\d+) requests were dropped: their slot was missed$/

/** A reason of a verdict in the page's language; one that is not known here stays as the agent worded it. */
export function reasonText(reason: string, t: Dictionary): string {
  const words = t.reasons
  const [, what, value, limit] = BUSY.exec(reason) ?? []
  if (what !== undefined && value !== undefined && limit !== undefined) {
    return words.busy(words.what[what] ?? what, value, limit)
  }
  const [, share] = RATE.exec(reason) ?? []
  if (share !== undefined) return words.rate(share)
  const [, dropped] = DROPPED.exec(reason) ?? []
  return dropped === undefined ? reason : words.dropped(dropped)
}
