import { For, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { Notice } from '../ui/Notice.tsx'
import { faultText } from './fault-text.ts'
import type { RunForm } from './run-form.ts'

/** What goes over from an earlier run without a control to see or change it, and how to be rid of it. */
export function KeptNotice(props: { form: RunForm }) {
  const fields = () => Object.keys(props.form.values.kept)
  const faults = () => fields().flatMap((field) => props.form.errorOf(field) ?? [])
  return (
    <Show when={fields().length > 0}>
      <Notice tone="info" title={t().form.keptTitle}>
        <p>
          {t().form.kept} <span class="mono">{fields().join(', ')}</span>
        </p>
        <For each={faults()}>{(fault) => <p class="field-error">{faultText(fault)}</p>}</For>
        <button type="button" class="button" onClick={() => props.form.set({ kept: {} })}>
          {t().form.leaveOut}
        </button>
      </Notice>
    </Show>
  )
}
