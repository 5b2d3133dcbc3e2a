import type { FormValues } from '../../lib/form/form-values.ts'
import { Field } from './Field.tsx'
import type { RunForm } from './run-form.ts'

type TextKey = {
  [K in keyof FormValues]: FormValues[K] extends string ? (string extends FormValues[K] ? K : never) : never
}[keyof FormValues]

type TextFieldProps = {
  form: RunForm
  field: TextKey
  label: string
  hint?: string
  optional?: string
  placeholder?: string
  /** Numbers stay text, so that a typing error is shown rather than swallowed; phones still get the number pad. */
  numeric?: boolean
  type?: 'text' | 'password' | 'url'
  mono?: boolean
}

/** A field of one line. */
export function TextField(props: TextFieldProps) {
  return (
    <Field
      label={props.label}
      field={props.field}
      hint={props.hint}
      error={props.form.errorOf(props.field)}
      {...(props.optional !== undefined && { optional: props.optional })}
    >
      {(control) => (
        <input
          {...control}
          class="input"
          classList={{ mono: props.mono ?? false, num: props.numeric ?? false }}
          type={props.type ?? 'text'}
          inputmode={props.numeric ? 'decimal' : undefined}
          autocomplete={props.type === 'password' ? 'new-password' : 'off'}
          spellcheck={false}
          placeholder={props.placeholder}
          value={props.form.values[props.field]}
          onInput={(event) => props.form.set({ [props.field]: event.currentTarget.value })}
          onBlur={() => props.form.touch(props.field)}
        />
      )}
    </Field>
  )
}
