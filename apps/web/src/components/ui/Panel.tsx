import { createUniqueId, type JSX, type ParentProps, Show } from 'solid-js'

/** A titled part of a page. */
export function Panel(props: ParentProps<{ title: string; actions?: JSX.Element; flush?: boolean }>) {
  const id = createUniqueId()
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        <Show when={props.actions}>
          <div class="panel-actions">{props.actions}</div>
        </Show>
      </header>
      <div class="panel-body" classList={{ flush: props.flush ?? false }}>
        {props.children}
      </div>
    </section>
  )
}
