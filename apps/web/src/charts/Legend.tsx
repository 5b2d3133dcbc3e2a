import { For, Show } from 'solid-js'
import type { Series } from './chart-types.ts'

/** The series by name, unit and line; a click hides or shows one. */
export function Legend(props: {
  series: readonly Series[]
  /** Whether each series says its unit. */
  units: boolean
  hidden: ReadonlySet<number>
  onToggle: (index: number) => void
}) {
  return (
    <ul class="legend">
      <For each={props.series}>
        {(each, i) => (
          <li>
            <button
              type="button"
              class="legend-item"
              aria-pressed={!props.hidden.has(i())}
              onClick={() => props.onToggle(i())}
            >
              <Swatch series={each} />
              {each.name}
              <Show when={props.units}>
                {' '}
                <span class="muted">({each.unit})</span>
              </Show>
            </button>
          </li>
        )}
      </For>
    </ul>
  )
}

const Swatch = (props: { series: Series }) => (
  <svg class="swatch" width="18" height="8" aria-hidden="true">
    <line
      x1="0"
      y1="4"
      x2="18"
      y2="4"
      stroke-width="2.5"
      style={{ stroke: props.series.color }}
      stroke-dasharray={props.series.dash?.join(' ')}
    />
  </svg>
)
