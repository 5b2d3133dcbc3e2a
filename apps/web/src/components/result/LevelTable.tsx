import type { LevelResult } from '@llm-loadtest/schema'
import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { isOpenLoop, loadValue } from '../../lib/run/load-label.ts'
import { VerdictBadge } from '../ui/StatusBadge.tsx'
import { TableBox } from '../ui/TableBox.tsx'
import { columnGroups, levelColumns } from './level-columns.ts'

/** The metrics of each load level; the first column stays in sight while the others scroll. */
export function LevelTable(props: { levels: readonly LevelResult[] }) {
  const columns = createMemo(() => levelColumns(t(), f()))
  const startsGroup = (index: number): boolean => columns()[index]?.group !== columns()[index - 1]?.group
  return (
    <TableBox label={t().result.levelTableCaption}>
      <table class="level-table">
        <caption class="visually-hidden">{t().result.levelTableCaption}</caption>
        <thead>
          <tr class="group-row">
            <th scope="col" rowspan="2" class="sticky num">
              {isOpenLoop(props.levels) ? t().load.rateColumn : t().load.concurrencyColumn}
            </th>
            <For each={columnGroups(columns())}>
              {(group) => (
                <th scope="colgroup" colspan={group.span} class="group">
                  {group.name}
                </th>
              )}
            </For>
            <th scope="col" rowspan="2" class="group-start">
              {t().result.verdict}
            </th>
          </tr>
          <tr>
            <For each={columns()}>
              {(column, i) => (
                <th scope="col" class="num" classList={{ 'group-start': startsGroup(i()) }}>
                  <Show when={column.metric}>
                    <span class="visually-hidden">{column.metric} </span>
                  </Show>
                  {column.head}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.levels}>
            {(level) => (
              <tr>
                <th scope="row" class="sticky num">
                  {f().plain(loadValue(level))}
                </th>
                <For each={columns()}>
                  {(column, i) => (
                    <td
                      class="num"
                      classList={{
                        strong: column.strong ?? false,
                        bad: column.bad?.(level) ?? false,
                        'group-start': startsGroup(i()),
                      }}
                    >
                      {column.value(level)}
                    </td>
                  )}
                </For>
                <td class="group-start">
                  <VerdictBadge verdict={level.validity.verdict} />
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </TableBox>
  )
}
