import { createUniqueId, For } from 'solid-js'

/** One of a few: radio buttons drawn as one control. */
export function Choice<T extends string>(props: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}) {
  const name = createUniqueId()
  return (
    <fieldset class="choice-set">
      <legend>{props.label}</legend>
      <div class="choice">
        <For each={props.options}>
          {(option) => (
            <label>
              <input
                type="radio"
                name={name}
                value={option.value}
                checked={props.value === option.value}
                onChange={() => props.onChange(option.value)}
              />
              <span>{option.label}</span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  )
}
