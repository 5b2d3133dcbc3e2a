import type { LevelResult } from '@llm-loadtest/schema'
import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadScale } from '../../lib/run/load-label.ts'
import { VerdictBadge } from '../ui/StatusBadge.tsx'
import { TableBox } from '../ui/TableBox.tsx'
import { columnGroups, type LevelColumn, levelColumns } from './level-columns.ts'

/** The metrics of each load level; the first column stays in sight while the others scroll. */
export function LevelTable(props: { levels: readonly LevelResult[] }) {
  const columns = createMemo(() => levelColumns(t(), f()))
  const scale = createMemo(() => loadScale(props.levels))
  return (
    <TableBox label={t().result.levelTableCaption}>
      <table class="level-table">
        <caption class="visually-hidden">{t().result.levelTableCaption}</caption>
        <thead>
          <LevelHead columns={columns()} loadColumn={scale().column} />
        </thead>
        <tbody>
          <For each={props.levels}>
            {(level) => <LevelRow level={level} load={scale().value(level)} columns={columns()} />}
          </For>
        </tbody>
      </table>
    </TableBox>
  )
}

const startsGroup = (columns: readonly LevelColumn[], index: number): boolean =>
  columns[index]?.group !== columns[index - 1]?.group

function LevelHead(props: { columns: readonly LevelColumn[]; loadColumn: string }) {
  return (
    <>
      <tr class="group-row">
        <th scope="col" rowspan="2" class="sticky num">
          {props.loadColumn}
        </th>
        <For each={columnGroups(props.columns)}>
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
        <For each={props.columns}>
          {(column, i) => (
            <th scope="col" class="num" classList={{ 'group-start': startsGroup(props.columns, i()) }}>
              <Show when={column.metric}>
                <span class="visually-hidden">{column.metric} </span>
              </Show>
              {column.head}
            </th>
          )}
        </For>
      </tr>
    </>
  )
}

function LevelRow(props: { level: LevelResult; load: string; columns: readonly LevelColumn[] }) {
  return (
    <tr>
      <th scope="row" class="sticky num">
        {props.load}
      </th>
      <For each={props.columns}>
        {(column, i) => (
          <td
            class="num"
            classList={{
              strong: column.strong ?? false,
              bad: column.bad?.(props.level) ?? false,
              'group-start': startsGroup(props.columns, i()),
            }}
          >
            {column.value(props.level)}
          </td>
        )}
      </For>
      <td class="group-start">
        <VerdictBadge verdict={props.level.validity.verdict} />
      </td>
    </tr>
  )
}
