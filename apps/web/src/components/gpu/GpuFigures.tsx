import type { GpuDeviceFigures, GpuResult, LevelResult } from '@llm-loadtest/schema'
import { createMemo, For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import { columnGroups } from '../result/level-columns.ts'
import { TableBox } from '../ui/TableBox.tsx'
import { type GpuColumn, gpuColumns } from './gpu-columns.ts'

/** Every device's figures over each load level and over the whole run. */
export function GpuFigures(props: { gpu: GpuResult; levels: readonly LevelResult[] }) {
  const columns = createMemo(() => gpuColumns(t(), f()))
  const nameOf = (index: number): string => {
    const level = props.levels.find((each) => each.index === index)
    return level ? loadLabel(level) : `${t().load.level} ${f().integer(index + 1)}`
  }
  return (
    <TableBox label={t().gpu.figuresCaption}>
      <table class="gpu-figures">
        <caption class="visually-hidden">{t().gpu.figuresCaption}</caption>
        <thead>
          <FiguresHead columns={columns()} />
        </thead>
        <For each={props.gpu.levels}>
          {(level) => (
            <SpanRows name={nameOf(level.level_index)} devices={level.devices} columns={columns()} />
          )}
        </For>
        <SpanRows name={t().gpu.wholeRun} devices={props.gpu.run.devices} columns={columns()} />
      </table>
    </TableBox>
  )
}

const startsGroup = (columns: readonly GpuColumn[], index: number): boolean =>
  columns[index]?.group !== columns[index - 1]?.group

function FiguresHead(props: { columns: readonly GpuColumn[] }) {
  return (
    <>
      <tr class="group-row">
        <th scope="col" rowspan="2" class="sticky">
          {t().gpu.columns.gpu}
        </th>
        <For each={columnGroups(props.columns)}>
          {(group) => (
            <th scope="colgroup" colspan={group.span} class="group">
              {group.name}
            </th>
          )}
        </For>
      </tr>
      <tr>
        <For each={props.columns}>
          {(column, i) => (
            <th scope="col" class="num" classList={{ 'group-start': startsGroup(props.columns, i()) }}>
              {column.head}
            </th>
          )}
        </For>
      </tr>
    </>
  )
}

function SpanRows(props: {
  name: string
  devices: readonly GpuDeviceFigures[]
  columns: readonly GpuColumn[]
}) {
  return (
    <tbody>
      <tr class="span-row">
        <th scope="rowgroup" colspan={props.columns.length + 1}>
          <span>{props.name}</span>
        </th>
      </tr>
      <For each={props.devices}>
        {(device) => (
          <tr>
            <th scope="row" class="sticky">
              {t().gpu.device(f().integer(device.device_index))}
            </th>
            <For each={props.columns}>
              {(column, i) => (
                <td
                  class="num"
                  classList={{
                    'group-start': startsGroup(props.columns, i()),
                    wraps: column.wraps ?? false,
                  }}
                >
                  {column.value(device)}
                </td>
              )}
            </For>
          </tr>
        )}
      </For>
    </tbody>
  )
}
