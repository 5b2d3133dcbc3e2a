import { createSignal } from 'solid-js'
import { readSetting, writeSetting } from './settings.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text)
const stored = readSetting('theme')
const [theme, setThemeSignal] = createSignal<Theme>(isTheme(stored) ? stored : 'system')
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  const dark = theme() === 'dark' || (theme() === 'system' && systemDark.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}
systemDark.addEventListener('change', apply)

export { theme }

/** Changes the theme and remembers it; `system` follows the operating system as it changes. */
export function setTheme(next: string): void {
  if (!isTheme(next)) return
  setThemeSignal(next)
  writeSetting('theme', next)
  apply()
}
