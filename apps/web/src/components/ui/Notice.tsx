import type { JSX, ParentProps } from 'solid-js'
import { Show } from 'solid-js'

type Tone = 'info' | 'good' | 'warn' | 'bad'

const ICONS: Record<Tone, string> = { info: 'i', good: '✓', warn: '!', bad: '×' }

/** A box that says something about the page: a title, what it means, and perhaps what to do. */
export function Notice(
  props: ParentProps<{ tone: Tone; title?: JSX.Element; quiet?: boolean; alert?: boolean }>,
) {
  return (
    <div
      class="notice"
      classList={{ quiet: props.quiet ?? false }}
      data-tone={props.tone}
      role={props.alert ? 'alert' : undefined}
    >
      <span class="notice-icon" aria-hidden="true">
        {ICONS[props.tone]}
      </span>
      <div class="notice-body">
        <Show when={props.title}>
          <p class="notice-title">{props.title}</p>
        </Show>
        {props.children}
      </div>
    </div>
  )
}
