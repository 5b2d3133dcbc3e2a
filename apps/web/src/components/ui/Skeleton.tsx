import { Index } from 'solid-js'
import { t } from '../../i18n/index.ts'

/** Grey lines where content will be. */
export function Skeleton(props: { lines: number; tall?: boolean }) {
  return (
    <div class="skeleton" classList={{ tall: props.tall ?? false }} role="status">
      <span class="visually-hidden">{t().common.loading}</span>
      <Index each={Array.from({ length: props.lines })}>{() => <div class="skeleton-line" />}</Index>
    </div>
  )
}
