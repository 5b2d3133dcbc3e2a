import type { RequestLogEntry } from '@llm-loadtest/schema'
import { For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { TableBox } from '../ui/TableBox.tsx'

/** The requests that ended last. */
export function RequestLog(props: { entries: readonly RequestLogEntry[] }) {
  return (
    <Show when={props.entries.length > 0} fallback={<p class="muted pad">{t().run.requestLogEmpty}</p>}>
      <TableBox label={t().run.requestLogCaption} class="log-box">
        <table class="log">
          <caption class="visually-hidden">{t().run.requestLogCaption}</caption>
          <thead>
            <tr>
              <th scope="col" class="num">
                {t().run.logTime}
              </th>
              <th scope="col" class="num">
                {t().run.logLevel}
              </th>
              <th scope="col">{t().run.logOutcome}</th>
              <th scope="col" class="num">
                {t().run.logTtft}
              </th>
              <th scope="col" class="num">
                {t().run.logE2e}
              </th>
              <th scope="col" class="num">
                {t().run.logTokens}
              </th>
              <th scope="col" class="grow">
                {t().run.logError}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.entries}>{(entry) => <LogRow entry={entry} />}</For>
          </tbody>
        </table>
      </TableBox>
    </Show>
  )
}

function LogRow(props: { entry: RequestLogEntry }) {
  return (
    <tr classList={{ 'log-failed': props.entry.outcome !== 'ok' }}>
      <td class="num muted">{f().seconds(props.entry.at_ms / 1000)}</td>
      <td class="num">{f().integer(props.entry.level_index + 1)}</td>
      <td class="mono">{props.entry.outcome}</td>
      <td class="num">{f().number(props.entry.ttft_ms)}</td>
      <td class="num">{f().number(props.entry.e2e_ms)}</td>
      <td class="num">{f().integer(props.entry.output_tokens)}</td>
      <td class="muted grow">{props.entry.error_message}</td>
    </tr>
  )
}
