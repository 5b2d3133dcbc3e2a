import { BUILT_IN_PRESETS } from '@llm-loadtest/schema'
import { useNavigate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { type FormValues, presetValues } from '../../lib/form/form-values.ts'
import { Notice } from '../ui/Notice.tsx'
import { AdvancedSection } from './AdvancedSection.tsx'
import { AccessSection, GoalsSection, TargetSection } from './BasicSections.tsx'
import { CommandsPanel } from './CommandsPanel.tsx'
import { EstimatePanel } from './EstimatePanel.tsx'
import { KeptNotice } from './KeptNotice.tsx'
import { LoadSection } from './LoadSection.tsx'
import { createRunForm, type RunForm } from './run-form.ts'

/** Moves to the first control at fault, unfolding what hides it. */
function focusFirstFault(form: HTMLFormElement): void {
  const control = form.querySelector<HTMLElement>('[aria-invalid="true"]')
  const fold = control?.closest('details')
  if (fold) fold.open = true
  control?.focus()
}

export function RunFormView(props: { start: FormValues; note?: string }) {
  const navigate = useNavigate()
  const form = createRunForm(props.start)
  const [note, setNote] = createSignal(props.note ?? '')
  let element: HTMLFormElement | undefined

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const runId = await form.submit()
    if (runId !== null) navigate(`/runs/${runId}`)
    else if (element) focusFirstFault(element)
  }

  return (
    <form class="run-form" novalidate={true} onSubmit={submit} ref={element}>
      <div class="form-main">
        <PresetBar form={form} note={note()} onApply={setNote} />
        <KeptNotice form={form} />
        <TargetSection form={form} />
        <LoadSection form={form} />
        <AccessSection form={form} />
        <GoalsSection form={form} />
        <AdvancedSection form={form} />
      </div>
      <aside class="form-side">
        <EstimatePanel form={form} />
        <SubmitArea form={form} />
        <CommandsPanel form={form} />
      </aside>
    </form>
  )
}

function PresetBar(props: { form: RunForm; note: string; onApply: (note: string) => void }) {
  return (
    <fieldset class="presets">
      <legend class="visually-hidden">{t().form.presets}</legend>
      <span class="muted" aria-hidden="true">
        {t().form.presets}
      </span>
      <For each={BUILT_IN_PRESETS}>
        {(preset) => (
          <button
            type="button"
            class="button"
            onClick={() => {
              props.form.set(presetValues(preset))
              props.onApply(t().form.presetApplied(t().form.presetNames[preset.name]))
            }}
          >
            {t().form.presetNames[preset.name]}
          </button>
        )}
      </For>
      <span class="muted preset-note" role="status">
        {props.note}
      </span>
    </fieldset>
  )
}

function SubmitArea(props: { form: RunForm }) {
  return (
    <>
      <div class="submit" role="status">
        <Show when={props.form.failure()}>
          {(message) => (
            <Notice tone="bad" title={t().form.refused}>
              <p>{message()}</p>
            </Notice>
          )}
        </Show>
        <Show when={props.form.errorCount() > 0}>
          <p class="field-error">{t().form.fixErrors(f().integer(props.form.errorCount()))}</p>
        </Show>
      </div>
      <button type="submit" class="button primary wide" disabled={props.form.busy()}>
        {props.form.busy() ? t().form.submitting : t().form.submit}
      </button>
    </>
  )
}
