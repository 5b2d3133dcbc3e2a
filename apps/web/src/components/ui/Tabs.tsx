import { createUniqueId, For, type JSX, Show } from 'solid-js'

export type Tab<Id extends string> = { id: Id; label: string; content: () => JSX.Element }

type TabsProps<Id extends string> = {
  label: string
  tabs: readonly Tab<Id>[]
  selected: Id
  onSelect: (id: Id) => void
}

/** Where a key moves the selection among `count` tabs; undefined for a key that does nothing here. */
function target(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count
    case 'ArrowLeft':
      return (index + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/** One of several views in the same place; the arrow keys, Home and End move between the tabs. */
export function Tabs<Id extends string>(props: TabsProps<Id>) {
  const prefix = createUniqueId()
  const buttons = new Map<Id, HTMLButtonElement>()
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    const next = target(event.key, index, props.tabs.length)
    const tab = next === undefined ? undefined : props.tabs[next]
    if (!tab) return
    event.preventDefault()
    props.onSelect(tab.id)
    buttons.get(tab.id)?.focus()
  }
  return (
    <>
      <div class="tabs" role="tablist" aria-label={props.label}>
        <For each={props.tabs}>
          {(tab, i) => (
            <button
              type="button"
              role="tab"
              class="tab"
              id={`${prefix}-${tab.id}`}
              ref={(button) => buttons.set(tab.id, button)}
              aria-selected={tab.id === props.selected}
              aria-controls={`${prefix}-panel`}
              tabindex={tab.id === props.selected ? 0 : -1}
              onClick={() => props.onSelect(tab.id)}
              onKeyDown={(event) => onKeyDown(event, i())}
            >
              {tab.label}
            </button>
          )}
        </For>
      </div>
      <div
        class="stack-wide"
        role="tabpanel"
        id={`${prefix}-panel`}
        aria-labelledby={`${prefix}-${props.selected}`}
      >
        <For each={props.tabs}>{(tab) => <Show when={tab.id === props.selected}>{tab.content()}</Show>}</For>
      </div>
    </>
  )
}
