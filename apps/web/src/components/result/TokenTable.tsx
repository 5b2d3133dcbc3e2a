import type { LevelResult, TokenSource } from '@llm-loadtest/schema'
import { TokenSource as Sources } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { MISSING } from '../../lib/format.ts'
import { loadScale } from '../../lib/run/load-label.ts'
import { TableBox } from '../ui/TableBox.tsx'

const sourceText = (sources: Partial<Record<TokenSource, number>>): string => {
  const used = Sources.options.filter((source) => sources[source] !== undefined)
  if (used.length === 0) return MISSING
  const names = used.map((source) =>
    used.length === 1
      ? t().result.sources[source]
      : `${t().result.sources[source]} ${f().integer(sources[source])}`,
  )
  return names.join(', ')
}

/** How tokens were counted, and how far the counts can be trusted. */
export function TokenTable(props: { levels: readonly LevelResult[] }) {
  return (
    <>
      <TableBox label={t().result.tokensCaption}>
        <table>
          <caption class="visually-hidden">{t().result.tokensCaption}</caption>
          <thead>
            <tr>
              <th scope="col" class="num sticky">
                {loadScale(props.levels).column}
              </th>
              <th scope="col" class="num">
                {t().result.inputTokens}
              </th>
              <th scope="col" class="num">
                {t().result.outputTokens}
              </th>
              <th scope="col">{t().result.outputSource}</th>
              <th scope="col" class="num">
                {t().result.inputDisagreement}
              </th>
              <th scope="col" class="num">
                {t().result.outputDisagreement}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.levels}>
              {(level) => (
                <tr>
                  <th scope="row" class="num sticky">
                    {loadScale(props.levels).value(level)}
                  </th>
                  <td class="num">{f().integer(level.tokens.input_tokens)}</td>
                  <td class="num">{f().integer(level.tokens.output_tokens)}</td>
                  <td>{sourceText(level.tokens.output_sources)}</td>
                  <td class="num">{f().number(level.tokens.input_disagreement_percent)}</td>
                  <td class="num">{f().number(level.tokens.output_disagreement_percent)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableBox>
      <p class="muted note">{t().result.disagreementNote}</p>
    </>
  )
}
