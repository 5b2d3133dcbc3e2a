import type { RunConfig } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { TableBox } from '../ui/TableBox.tsx'
import { configRows } from './config-rows.ts'

/** What the run was asked to do, folded. */
export function ConfigPanel(props: { config: RunConfig }) {
  return (
    <details class="panel fold">
      <summary>
        <h2>{t().result.configTitle}</h2>
      </summary>
      <TableBox label={t().result.configCaption}>
        <table class="config">
          <caption class="visually-hidden">{t().result.configCaption}</caption>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{t().result.field}</th>
              <th scope="col">{t().result.value}</th>
            </tr>
          </thead>
          <tbody>
            <For each={configRows(props.config)}>
              {([field, value]) => (
                <tr>
                  <th scope="row" class="mono">
                    {field}
                  </th>
                  <td class="mono wrap">{value}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableBox>
    </details>
  )
}
