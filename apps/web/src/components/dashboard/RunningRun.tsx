import type { RunListItem } from '@llm-loadtest/schema'
import { A } from '@solidjs/router'
import { createEffect, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { createLiveRun } from '../../lib/run/live-run.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import { runName } from '../../lib/run/run-name.ts'
import { isLive } from '../../lib/run/status.ts'
import { ProgressBar } from '../ui/ProgressBar.tsx'
import { StatusBadge } from '../ui/StatusBadge.tsx'

/** A run under way, followed live. */
export function RunningRun(props: { run: RunListItem; onEnd: () => void }) {
  const { feed } = createLiveRun(() => props.run.run_id)
  const status = () => feed().run?.status ?? props.run.status
  const now = () => feed().history.at(-1)
  createEffect(() => {
    if (!isLive(status())) props.onEnd()
  })
  return (
    <li class="running">
      <div class="running-head">
        <A href={`/runs/${props.run.run_id}`} class="running-name">
          {runName(props.run)}
        </A>
        <StatusBadge status={status()} />
        <Show when={now()} fallback={<span class="muted">{t().dashboard.waiting}</span>}>
          {(progress) => (
            <span class="muted">
              {t().dashboard.levelOf(
                f().integer(progress().level.index + 1),
                f().integer(progress().level.total),
              )}
              {' · '}
              {loadLabel(progress().level)}
            </span>
          )}
        </Show>
        <span class="running-figures num">
          <span>{f().tokensPerSec(now()?.metrics.throughput_current)}</span>
          <span>
            {t().metrics.ttft} p50 {f().ms(now()?.metrics.ttft_p50)}
          </span>
          <strong>{f().percent(now()?.overall_percent ?? 0)}</strong>
        </span>
      </div>
      <ProgressBar
        percent={now()?.overall_percent ?? 0}
        label={`${runName(props.run)}: ${t().run.overall}`}
      />
    </li>
  )
}
