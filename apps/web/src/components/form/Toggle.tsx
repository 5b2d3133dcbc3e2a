import { createUniqueId, Show } from 'solid-js'

/** Yes or no, with what it means. */
export function Toggle(props: {
  label: string
  hint?: string
  checked: boolean
  onChange: (on: boolean) => void
}) {
  const id = createUniqueId()
  return (
    <div class="toggle">
      <input
        type="checkbox"
        id={id}
        checked={props.checked}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <Show when={props.hint}>
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  )
}
