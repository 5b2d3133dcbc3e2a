import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../i18n/index.ts'
import type { ChartProps } from './chart-types.ts'

const MOST_ROWS = 200

/** A chart's values as a table; a long series is shown by evenly spread points, and says so. */
export function ChartTable(props: ChartProps) {
  const rows = createMemo(() => {
    const every = Math.ceil(props.rows.length / MOST_ROWS)
    return props.rows.filter((_, i) => i % every === 0)
  })
  return (
    <figure class="table-box chart-table" tabindex="0" aria-label={t().chart.tableCaption(props.title)}>
      <table>
        <caption class="visually-hidden">{t().chart.tableCaption(props.title)}</caption>
        <thead>
          <tr>
            <th scope="col" class="num">
              {props.xLabel}
            </th>
            <For each={props.series}>
              {(series) => (
                <th scope="col" class="num">
                  {series.name} ({series.unit})
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => (
              <tr>
                <th scope="row" class="num">
                  {props.formatX(row.x)}
                </th>
                <For each={props.series}>
                  {(series, i) => <td class="num">{series.format(row.values[i()] ?? null)}</td>}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={rows().length < props.rows.length}>
        <p class="muted note">
          {t().chart.tableCut(f().integer(rows().length), f().integer(props.rows.length))}
        </p>
      </Show>
    </figure>
  )
}
