import { RunStatus } from '@llm-loadtest/schema'
import { For, onCleanup, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import type { HistoryFilters } from '../../lib/api.ts'

const TYPING_MS = 300

/** The filters of the history; a filter that is cleared leaves the address. */
export function HistoryFilterBar(props: {
  filters: HistoryFilters
  onChange: (change: Record<string, string | undefined>) => void
}) {
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  // Typing asks once it pauses, not at every key.
  const typed = (field: 'model' | 'text', value: string): void => {
    clearTimeout(timer)
    timer = setTimeout(() => props.onChange({ [field]: value || undefined }), TYPING_MS)
  }
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <SearchField
        label={t().history.text}
        hint={t().history.textHint}
        value={props.filters.text}
        onType={(value) => typed('text', value)}
      />
      <SearchField
        label={t().history.model}
        hint={t().history.modelHint}
        value={props.filters.model}
        onType={(value) => typed('model', value)}
      />
      <label class="field">
        <span>{t().history.status}</span>
        <select
          class="select"
          value={props.filters.status ?? ''}
          onChange={(event) => props.onChange({ status: event.currentTarget.value || undefined })}
        >
          <option value="">{t().history.anyStatus}</option>
          <For each={RunStatus.options}>
            {(status) => <option value={status}>{t().status[status]}</option>}
          </For>
        </select>
      </label>
      <Show when={Object.keys(props.filters).length > 0}>
        <button
          type="button"
          class="button quiet"
          onClick={() => props.onChange({ status: undefined, model: undefined, text: undefined })}
        >
          {t().history.clear}
        </button>
      </Show>
    </form>
  )
}

const SearchField = (props: {
  label: string
  hint: string
  value: string | undefined
  onType: (value: string) => void
}) => (
  <label class="field">
    <span>{props.label}</span>
    <input
      class="input"
      type="search"
      value={props.value ?? ''}
      placeholder={props.hint}
      onInput={(event) => props.onType(event.currentTarget.value)}
    />
  </label>
)
