import { createUniqueId, type JSX, Show } from 'solid-js'
import type { Fault } from '../../lib/form/field-errors.ts'
import { faultText } from './fault-text.ts'

/** What a control has to carry to be tied to its label, hint and error. */
export type ControlProps = {
  id: string
  'aria-describedby': string
  'aria-invalid': boolean
  'data-field': string
}

type FieldProps = {
  label: string
  field: string
  hint?: string | undefined
  optional?: string
  error: Fault | undefined
  children: (control: ControlProps) => JSX.Element
}

/** A labelled control with its hint and its error. */
export function Field(props: FieldProps) {
  const id = createUniqueId()
  const control = (): ControlProps => ({
    id,
    'aria-describedby': `${id}-hint ${id}-error`,
    'aria-invalid': props.error !== undefined,
    'data-field': props.field,
  })
  return (
    <div class="field">
      <label for={id}>
        {props.label}
        <Show when={props.optional}>
          <span class="muted"> ({props.optional})</span>
        </Show>
      </label>
      {props.children(control())}
      <p class="hint" id={`${id}-hint`}>
        {props.hint}
      </p>
      <p class="field-error" id={`${id}-error`}>
        <Show when={props.error}>{(fault) => faultText(fault())}</Show>
      </p>
    </div>
  )
}
