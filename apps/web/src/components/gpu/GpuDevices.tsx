import type { GpuInfo } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { type Dictionary, f, t } from '../../i18n/index.ts'
import { inGib, MISSING } from '../../lib/format.ts'
import { TableBox } from '../ui/TableBox.tsx'

const yesOrNo = (value: boolean | null, texts: Dictionary): string =>
  value === null ? MISSING : value ? texts.common.yes : texts.common.no

type Column = { head: keyof Dictionary['gpu']['columns']; num?: boolean; value: (device: GpuInfo) => string }

const COLUMNS: readonly Column[] = [
  { head: 'name', value: (device) => device.name },
  { head: 'memory', num: true, value: (device) => f().number(inGib(device.memory_total_bytes)) },
  { head: 'powerLimit', num: true, value: (device) => f().integer(device.power_limit_watts) },
  { head: 'temperatureLimit', num: true, value: (device) => f().integer(device.temperature_limit_celsius) },
  { head: 'driver', value: (device) => device.driver_version ?? MISSING },
  { head: 'cuda', value: (device) => device.cuda_version ?? MISSING },
  { head: 'mig', value: (device) => yesOrNo(device.mig_enabled, t()) },
  { head: 'ecc', value: (device) => yesOrNo(device.ecc_enabled, t()) },
]

/** What does not change of the GPUs that were sampled. */
export function GpuDevices(props: { devices: readonly GpuInfo[] }) {
  return (
    <TableBox label={t().gpu.devicesCaption}>
      <table>
        <caption class="visually-hidden">{t().gpu.devicesCaption}</caption>
        <thead>
          <tr>
            <th scope="col" class="sticky">
              {t().gpu.columns.gpu}
            </th>
            <For each={COLUMNS}>
              {(column) => (
                <th scope="col" classList={{ num: column.num ?? false }}>
                  {t().gpu.columns[column.head]}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.devices}>
            {(device) => (
              <tr>
                <th scope="row" class="sticky">
                  {t().gpu.device(f().integer(device.index))}
                </th>
                <For each={COLUMNS}>
                  {(column) => <td classList={{ num: column.num ?? false }}>{column.value(device)}</td>}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </TableBox>
  )
}
