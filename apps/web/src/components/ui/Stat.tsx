import { Show } from 'solid-js'
import { MISSING } from '../../lib/format.ts'

/** One figure with its unit, and what it belongs to. */
export function Stat(props: {
  label: string
  value: string
  unit?: string
  detail?: string
  tone?: 'bad' | undefined
}) {
  return (
    <div class="stat" data-tone={props.tone}>
      <dt>{props.label}</dt>
      <dd>
        <span class="stat-value">{props.value}</span>
        <Show when={props.unit && props.value !== MISSING}>
          {' '}
          <span class="stat-unit">{props.unit}</span>
        </Show>
        <Show when={props.detail}>
          <span class="stat-detail">{props.detail}</span>
        </Show>
      </dd>
    </div>
  )
}
