import type { RunListItem } from '@llm-loadtest/schema'
import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { createClock } from '../../lib/clock.ts'
import { runName } from '../../lib/run/run-name.ts'
import { StatusBadge } from '../ui/StatusBadge.tsx'
import { TableBox } from '../ui/TableBox.tsx'

const CLOCK_MS = 30_000

type RunActions = (run: RunListItem) => JSX.Element

/** Runs, one a row, with their best figures. */
export function RunTable(props: { runs: readonly RunListItem[]; caption: string; actions?: RunActions }) {
  const now = createClock(CLOCK_MS)
  return (
    <TableBox label={props.caption}>
      <table class="runs">
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <RunHead actions={props.actions !== undefined} />
        </thead>
        <tbody>
          <For each={props.runs}>{(run) => <RunRow run={run} now={now()} actions={props.actions} />}</For>
        </tbody>
      </table>
    </TableBox>
  )
}

function RunHead(props: { actions: boolean }) {
  return (
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
  )
}

function RunRow(props: { run: RunListItem; now: number; actions: RunActions | undefined }) {
  return (
    <tr>
      <th scope="row" class="sticky">
        <A href={`/runs/${props.run.run_id}`} class="row-link">
          {runName(props.run)}
        </A>
        <span class="row-sub">
          {props.run.name === null ? props.run.server_url : `${props.run.model} · ${props.run.server_url}`}
        </span>
      </th>
      <td>
        <StatusBadge status={props.run.status} />
      </td>
      <td class="num strong">{f().number(props.run.summary?.best_throughput_tokens_per_sec?.value)}</td>
      <td class="num">{f().number(props.run.summary?.best_ttft_p50_ms?.value)}</td>
      <td class="num" classList={{ bad: (props.run.summary?.error_rate_percent ?? 0) > 0 }}>
        {f().number(props.run.summary?.error_rate_percent)}
      </td>
      <td class="num">{f().duration(props.run.duration_seconds)}</td>
      <td class="num muted" title={f().dateTime(props.run.created_at)}>
        {f().relative(props.run.created_at, props.now)}
      </td>
      <Show when={props.actions}>{(actions) => <td class="actions">{actions()(props.run)}</td>}</Show>
    </tr>
  )
}
