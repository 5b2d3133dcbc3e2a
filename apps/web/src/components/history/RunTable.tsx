import type { RunListItem } from '@llm-loadtest/schema'
import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { createClock } from '../../lib/clock.ts'
import { runName } from '../../lib/run/run-name.ts'
import { StatusBadge } from '../ui/StatusBadge.tsx'
import { TableBox } from '../ui/TableBox.tsx'

const CLOCK_MS = 30_000

/** Runs, one a row, with their best figures. */
export function RunTable(props: {
  runs: readonly RunListItem[]
  caption: string
  actions?: (run: RunListItem) => JSX.Element
}) {
  const now = createClock(CLOCK_MS)
  return (
    <TableBox label={props.caption}>
      <table class="runs">
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col" class="sticky">
              {t().table.run}
            </th>
            <th scope="col">{t().table.status}</th>
            <th scope="col" class="num">
              {t().table.bestThroughput}
            </th>
            <th scope="col" class="num">
              {t().table.bestTtft}
            </th>
            <th scope="col" class="num">
              {t().table.errorRate}
            </th>
            <th scope="col" class="num">
              {t().table.duration}
            </th>
            <th scope="col" class="num">
              {t().table.started}
            </th>
            <Show when={props.actions}>
              <th scope="col">
                <span class="visually-hidden">{t().table.actions}</span>
              </th>
            </Show>
          </tr>
        </thead>
        <tbody>
          <For each={props.runs}>
            {(run) => (
              <tr>
                <th scope="row" class="sticky">
                  <A href={`/runs/${run.run_id}`} class="row-link">
                    {runName(run)}
                  </A>
                  <span class="row-sub">
                    {run.name === null ? run.server_url : `${run.model} · ${run.server_url}`}
                  </span>
                </th>
                <td>
                  <StatusBadge status={run.status} />
                </td>
                <td class="num strong">{f().number(run.summary?.best_throughput_tokens_per_sec?.value)}</td>
                <td class="num">{f().number(run.summary?.best_ttft_p50_ms?.value)}</td>
                <td class="num" classList={{ bad: (run.summary?.error_rate_percent ?? 0) > 0 }}>
                  {f().number(run.summary?.error_rate_percent)}
                </td>
                <td class="num">{f().duration(run.duration_seconds)}</td>
                <td class="num muted" title={f().dateTime(run.created_at)}>
                  {f().relative(run.created_at, now())}
                </td>
                <Show when={props.actions}>{(actions) => <td class="actions">{actions()(run)}</td>}</Show>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </TableBox>
  )
}
