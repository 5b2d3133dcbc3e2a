import type { RunStatus, Verdict } from '@llm-loadtest/schema'
import { t } from '../../i18n/index.ts'

/** A run's state: a word, with a colour and a shape beside it. */
export function StatusBadge(props: { status: RunStatus }) {
  return (
    <span class="badge" data-status={props.status}>
      <span class="badge-dot" aria-hidden="true" />
      {t().status[props.status]}
    </span>
  )
}

export function VerdictBadge(props: { verdict: Verdict }) {
  return (
    <span class="badge" data-verdict={props.verdict}>
      <span class="badge-dot" aria-hidden="true" />
      {t().verdict[props.verdict]}
    </span>
  )
}
