import type { GpuInfo, GpuSample } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { inGib, MISSING } from '../../lib/format.ts'
import { stateText } from '../../lib/run/gpu-text.ts'
import { TableBox } from '../ui/TableBox.tsx'

/** The newest reading of each device of a run under way. */
export function GpuNow(props: { devices: readonly GpuInfo[]; latest: ReadonlyMap<number, GpuSample> }) {
  const heads = () => [
    `${t().gpu.axes.memory_used_bytes} (${t().units.gib})`,
    `${t().gpu.axes.gpu_utilization_percent} (${t().units.percent})`,
    `${t().gpu.axes.temperature_celsius} (${t().units.celsius})`,
    `${t().gpu.axes.power_watts} (${t().units.watts})`,
    `${t().gpu.clock} (${t().units.megahertz})`,
    t().gpu.processes,
  ]
  return (
    <TableBox label={t().gpu.nowCaption}>
      <table>
        <caption class="visually-hidden">{t().gpu.nowCaption}</caption>
        <thead>
          <tr>
            <th scope="col" class="sticky">
              {t().gpu.columns.gpu}
            </th>
            <th scope="col">{t().gpu.columns.name}</th>
            <For each={heads()}>
              {(head) => (
                <th scope="col" class="num">
                  {head}
                </th>
              )}
            </For>
            <th scope="col">{t().gpu.state}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.devices}>
            {(device) => <NowRow device={device} sample={props.latest.get(device.index)} />}
          </For>
        </tbody>
      </table>
    </TableBox>
  )
}

/** `71.9 of 80.0`; only the value where the limit is not known. */
function ofLimit(value: number | null | undefined, limit: number | null | undefined): string {
  const text = f().number(value)
  return text === MISSING || limit === null || limit === undefined
    ? text
    : t().gpu.limitOf(text, f().number(limit))
}

function NowRow(props: { device: GpuInfo; sample: GpuSample | undefined }) {
  const values = (): string[] => {
    const sample = props.sample
    return [
      ofLimit(inGib(sample?.memory_used_bytes), inGib(props.device.memory_total_bytes)),
      f().number(sample?.gpu_utilization_percent),
      f().number(sample?.temperature_celsius),
      ofLimit(sample?.power_watts, sample?.power_limit_watts ?? props.device.power_limit_watts),
      f().integer(sample?.sm_clock_mhz),
      f().integer(sample?.processes?.length),
    ]
  }
  return (
    <tr>
      <th scope="row" class="sticky">
        {t().gpu.device(f().integer(props.device.index))}
      </th>
      <td>{props.device.name}</td>
      <For each={values()}>{(value) => <td class="num">{value}</td>}</For>
      <td classList={{ bad: (props.sample?.fault ?? null) !== null }}>
        {props.sample ? stateText(props.sample, t()) : MISSING}
      </td>
    </tr>
  )
}
