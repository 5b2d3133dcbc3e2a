import { t } from '../../i18n/index.ts'
import { Field } from './Field.tsx'
import type { RunForm } from './run-form.ts'
import { TextField } from './TextField.tsx'
import { Toggle } from './Toggle.tsx'

/** What most runs leave as it is, folded. */
export function AdvancedSection(props: { form: RunForm }) {
  return (
    <details class="panel fold">
      <summary>
        <h2>{t().form.advanced}</h2>
        <span class="muted">{t().form.advancedHint}</span>
      </summary>
      <div class="panel-body">
        <div class="grid-2">
          <Toggle
            label={t().form.stream}
            hint={t().form.streamHint}
            checked={props.form.values.stream}
            onChange={(stream) => props.form.set({ stream })}
          />
          <Toggle
            label={t().form.ignoreEos}
            hint={t().form.ignoreEosHint}
            checked={props.form.values.ignore_eos}
            onChange={(ignore_eos) => props.form.set({ ignore_eos })}
          />
        </div>
        <div class="grid-3">
          <TextField
            form={props.form}
            field="warmup"
            numeric={true}
            label={t().form.warmup}
            hint={t().form.warmupHint}
          />
          <TextField
            form={props.form}
            field="timeout"
            numeric={true}
            label={t().form.timeout}
            hint={t().form.timeoutHint}
          />
          <TextField
            form={props.form}
            field="seed"
            numeric={true}
            label={t().form.seed}
            hint={t().form.seedHint}
          />
        </div>
        <ExtraBodyField form={props.form} />
      </div>
    </details>
  )
}

function ExtraBodyField(props: { form: RunForm }) {
  return (
    <Field
      label={t().form.extraBody}
      field="extra_body"
      hint={t().form.extraBodyHint}
      optional={t().form.optional}
      error={props.form.errorOf('extra_body')}
    >
      {(control) => (
        <textarea
          {...control}
          class="input mono"
          rows="3"
          spellcheck={false}
          value={props.form.values.extra_body}
          onInput={(event) => props.form.set({ extra_body: event.currentTarget.value })}
          onBlur={() => props.form.touch('extra_body')}
        />
      )}
    </Field>
  )
}
