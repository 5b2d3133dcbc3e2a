import type { GpuResult, GpuRunFigures, LevelResult } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadScale } from '../../lib/run/load-label.ts'
import { TableBox } from '../ui/TableBox.tsx'
import { energyText } from './gpu-columns.ts'

/** Whether any device's energy was summed up from its power. */
export const integrated = (span: GpuRunFigures): boolean =>
  span.devices.some((device) => device.energy_source === 'integrated')

/** What all GPUs together used for the tokens of each load level. */
export function GpuEnergy(props: { gpu: GpuResult; levels: readonly LevelResult[] }) {
  const level = (index: number): LevelResult | undefined => props.levels.find((each) => each.index === index)
  const nameOf = (index: number): string => {
    const found = level(index)
    return found ? loadScale(props.levels).value(found) : f().integer(index + 1)
  }
  return (
    <TableBox label={t().gpu.energyCaption}>
      <table>
        <caption class="visually-hidden">{t().gpu.energyCaption}</caption>
        <thead>
          <tr>
            <th scope="col" class="num sticky">
              {loadScale(props.levels).column}
            </th>
            <th scope="col" class="num">
              {t().gpu.columns.energy}
            </th>
            <th scope="col" class="num">
              {t().gpu.columns.joulesPerToken}
            </th>
            <th scope="col" class="num">
              {t().gpu.columns.tokensPerJoule}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.gpu.levels}>
            {(figures) => <EnergyRow name={nameOf(figures.level_index)} span={figures} />}
          </For>
          <EnergyRow name={t().gpu.wholeRun} span={props.gpu.run} />
        </tbody>
      </table>
    </TableBox>
  )
}

function EnergyRow(props: { name: string; span: GpuRunFigures }) {
  return (
    <tr>
      <th scope="row" class="num sticky">
        {props.name}
      </th>
      <td class="num">{energyText(props.span.energy_joules, integrated(props.span), f())}</td>
      <td class="num strong">{f().small(props.span.joules_per_output_token)}</td>
      <td class="num">{f().small(props.span.tokens_per_watt_second)}</td>
    </tr>
  )
}
