import { createSignal } from 'solid-js'

const [online, setOnline] = createSignal(navigator.onLine)

window.addEventListener('offline', () => setOnline(false))
window.addEventListener('online', () => setOnline(true))

/** Whether the control plane could be reached at the last try. */
export { online }

/** Called with every answer and every failure to get one. */
export const reportReachable = (reachable: boolean): void => {
  setOnline(reachable)
}
