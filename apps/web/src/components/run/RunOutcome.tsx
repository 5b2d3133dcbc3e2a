import type { RunView } from '@llm-loadtest/schema'
import { Match, Switch } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { Notice } from '../ui/Notice.tsx'

/** Why a run has no full result: that it failed, with the reason, or was cancelled. */
export function RunOutcome(props: { run: RunView }) {
  return (
    <Switch>
      <Match when={props.run.status === 'failed'}>
        <Notice
          tone="bad"
          title={props.run.error ? t().run.errorCodes[props.run.error.code] : t().run.failedTitle}
        >
          <p>{props.run.error?.message}</p>
        </Notice>
      </Match>
      <Match when={props.run.status === 'cancelled'}>
        <Notice tone="info" title={t().run.cancelledTitle}>
          <p>{props.run.error?.message ?? t().run.cancelledBody}</p>
        </Notice>
      </Match>
    </Switch>
  )
}
