import { type JSX, type ParentProps, Show } from 'solid-js'

/** Two rising lines: what charts will show. */
const Curves = () => (
  <svg class="empty-art" viewBox="0 0 120 48" aria-hidden="true">
    <path d="M4 42 C 30 40, 40 30, 56 20 S 90 8, 116 6" />
    <path class="second" d="M4 44 C 40 43, 70 40, 88 30 S 110 12, 116 4" />
  </svg>
)

/** Stands where there is nothing yet, and says what to do about it. */
export function Empty(
  props: ParentProps<{ title: string; body: string; page?: boolean; art?: JSX.Element }>,
) {
  return (
    <div class="empty">
      <Show when={props.art} fallback={<Curves />}>
        {props.art}
      </Show>
      <Show when={props.page} fallback={<h2>{props.title}</h2>}>
        <h1>{props.title}</h1>
      </Show>
      <p class="muted">{props.body}</p>
      {props.children}
    </div>
  )
}
