import { createEffect, onCleanup } from 'solid-js'
import { t } from '../i18n/index.ts'

/** Names the page in the browser's tab and to screen readers, in the current language. */
export function createTitle(title: () => string): void {
  createEffect(() => {
    document.title = `${title()} · ${t().appName}`
  })
  onCleanup(() => {
    document.title = t().appName
  })
}
