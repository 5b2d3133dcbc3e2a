import type { LevelResult } from '@llm-loadtest/schema'
import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { errorRows } from '../../lib/run/error-rows.ts'
import { loadLabel, loadScale } from '../../lib/run/load-label.ts'
import { TableBox } from '../ui/TableBox.tsx'

/** How many requests failed, by outcome class and load level. */
export function ErrorTable(props: { levels: readonly LevelResult[] }) {
  const rows = createMemo(() => errorRows(props.levels))
  return (
    <Show when={rows().length > 0} fallback={<p class="muted">{t().result.noErrors}</p>}>
      <TableBox label={t().result.errorsCaption}>
        <table>
          <caption class="visually-hidden">{t().result.errorsCaption}</caption>
          <thead>
            <ErrorHead levels={props.levels} />
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <th scope="row" class="mono sticky">
                    {row.outcome}
                  </th>
                  <For each={row.counts}>
                    {(count, i) => (
                      <td class="num" classList={{ muted: count === 0, 'group-start': i() === 0 }}>
                        {f().integer(count)}
                      </td>
                    )}
                  </For>
                  <td class="num strong group-start">{f().integer(row.total)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableBox>
    </Show>
  )
}

function ErrorHead(props: { levels: readonly LevelResult[] }) {
  return (
    <>
      <tr class="group-row">
        <th scope="col" rowspan="2" class="sticky">
          {t().result.errorClass}
        </th>
        <th scope="colgroup" colspan={props.levels.length} class="group">
          {loadScale(props.levels).column}
        </th>
        <th scope="col" rowspan="2" class="num group-start">
          {t().result.total}
        </th>
      </tr>
      <tr>
        <For each={props.levels}>
          {(level, i) => (
            <th
              scope="col"
              class="num"
              classList={{ 'group-start': i() === 0 }}
              aria-label={loadLabel(level)}
            >
              {loadScale(props.levels).value(level)}
            </th>
          )}
        </For>
      </tr>
    </>
  )
}
