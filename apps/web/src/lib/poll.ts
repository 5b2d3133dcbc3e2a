import { onCleanup } from 'solid-js'

/** Runs a task every so often while the page is visible, and at once when it becomes visible again. */
export function createPolling(task: () => void, everyMs: number): void {
  const whenVisible = (): void => {
    if (document.visibilityState === 'visible') task()
  }
  const timer = setInterval(whenVisible, everyMs)
  document.addEventListener('visibilitychange', whenVisible)
  onCleanup(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', whenVisible)
  })
}
