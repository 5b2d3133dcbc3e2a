import type { LevelResult, RunValidity } from '@llm-loadtest/schema'
import { For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import { reasonText } from '../../lib/run/reason-text.ts'
import { Notice } from '../ui/Notice.tsx'

/** Whether the figures describe the server or the load generator: quiet when they are sound, else with every reason. */
export function ValidityBanner(props: { validity: RunValidity; levels: readonly LevelResult[] }) {
  const lineOf = (reason: RunValidity['reasons'][number]): string => {
    const text = reasonText(reason.reason, t(), f())
    const level = props.levels.find((each) => each.index === reason.level_index)
    return level ? t().result.levelReason(loadLabel(level), text) : text
  }
  return (
    <Show
      when={props.validity.verdict !== 'valid'}
      fallback={
        <Notice tone="good" quiet={true}>
          <p>
            <strong>{t().result.validTitle}.</strong> {t().result.validBody}
          </p>
        </Notice>
      }
    >
      <Notice
        tone={props.validity.verdict === 'invalid' ? 'bad' : 'warn'}
        title={props.validity.verdict === 'invalid' ? t().result.invalidTitle : t().result.suspectTitle}
      >
        <ul class="reasons">
          <For each={props.validity.reasons}>{(reason) => <li>{lineOf(reason)}</li>}</For>
        </ul>
      </Notice>
    </Show>
  )
}
