import { For, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import type { LengthValues } from '../../lib/form/form-values.ts'
import { Field } from './Field.tsx'
import type { RunForm } from './run-form.ts'
import { Toggle } from './Toggle.tsx'

/** A number of tokens, or, when it varies, a normal distribution cut to a range. */
export function LengthField(props: { form: RunForm; field: 'input_len' | 'output_len'; label: string }) {
  const length = (): LengthValues => props.form.values[props.field]
  const set = (change: Partial<LengthValues>) => props.form.set({ [props.field]: { ...length(), ...change } })
  const part = (key: 'mean' | 'std' | 'min' | 'max', label: string) => {
    const field = key === 'mean' ? props.field : `${props.field}.${key}`
    return (
      <Field label={label} field={field} error={props.form.errorOf(field)}>
        {(control) => (
          <input
            {...control}
            class="input num"
            inputmode="decimal"
            autocomplete="off"
            value={length()[key]}
            onInput={(event) => set({ [key]: event.currentTarget.value })}
            onBlur={() => props.form.touch(field)}
          />
        )}
      </Field>
    )
  }
  return (
    <div class="length">
      {part('mean', length().varies ? `${props.label}: ${t().form.mean.toLowerCase()}` : props.label)}
      <Show when={length().varies}>
        <div class="length-spread">
          <For each={['std', 'min', 'max'] as const}>{(key) => part(key, t().form[key])}</For>
        </div>
      </Show>
      <Toggle
        label={t().form.variesLabel[props.field]}
        checked={length().varies}
        onChange={(varies) =>
          set({ varies, ...(varies && length().std === '' && spreadAround(length().mean)) })
        }
      />
    </div>
  )
}

/** A first guess at a spread: a quarter of the mean either side, up to twice of that. */
function spreadAround(meanText: string): Partial<LengthValues> {
  const mean = Number(meanText)
  if (!Number.isFinite(mean) || mean < 1) return {}
  const quarter = Math.max(1, Math.round(mean / 4))
  return {
    std: String(quarter),
    min: String(Math.max(1, mean - 2 * quarter)),
    max: String(mean + 2 * quarter),
  }
}
