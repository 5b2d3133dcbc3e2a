import { createMemo, createSignal } from 'solid-js'
import { createStore } from 'solid-js/store'
import { ApiError, api } from '../../lib/api.ts'
import { errorText } from '../../lib/error-text.ts'
import { type FieldErrors, serverFieldErrors } from '../../lib/form/field-errors.ts'
import type { FormValues } from '../../lib/form/form-values.ts'
import { validate } from '../../lib/form/to-definition.ts'

export type RunForm = ReturnType<typeof createRunForm>

/** The state of the form: its values, what is wrong with them, and how it is sent. */
export function createRunForm(start: FormValues) {
  const [values, setValues] = createStore<FormValues>(snapshotOf(start))
  const [touched, setTouched] = createSignal<ReadonlySet<string>>(new Set())
  const [tried, setTried] = createSignal(false)
  const [serverErrors, setServerErrors] = createSignal<FieldErrors>({})
  const [failure, setFailure] = createSignal<string | null>(null)
  const [busy, setBusy] = createSignal(false)

  // The copy reads every field of the store, so that any change validates anew.
  const checked = createMemo(() => validate(snapshotOf(values)))
  const errors = (): FieldErrors => {
    const result = checked()
    return { ...serverErrors(), ...(result.ok ? {} : result.errors) }
  }

  return {
    values,
    checked,
    busy,
    failure,
    /** The fault to show at a field: once it was left, or once sending was tried. */
    errorOf: (field: string) =>
      tried() || touched().has(field) || field in serverErrors() ? errors()[field] : undefined,
    errorCount: () => (tried() ? Object.keys(errors()).length : 0),
    set(change: Partial<FormValues>): void {
      setServerErrors((current) =>
        Object.fromEntries(Object.entries(current).filter(([field]) => !(field in change))),
      )
      setValues(change)
    },
    touch: (field: string) => setTouched((current) => new Set(current).add(field)),
    /** Sends a valid form. @returns the new run's id, or null when it was not started */
    async submit(): Promise<string | null> {
      setTried(true)
      setFailure(null)
      const result = checked()
      if (!result.ok) return null
      setBusy(true)
      try {
        return (await api.startRun(result.definition)).run_id
      } catch (error) {
        if (error instanceof ApiError) setServerErrors(serverFieldErrors(error.details))
        setFailure(errorText(error))
        return null
      } finally {
        setBusy(false)
      }
    },
  }
}

const snapshotOf = (values: FormValues): FormValues => ({
  ...values,
  input_len: { ...values.input_len },
  output_len: { ...values.output_len },
  kept: { ...values.kept },
})
