/** Names under which the browser remembers choices; public/boot.js reads the same before the first paint. */
const PREFIX = 'llm-loadtest.'

/** A remembered choice, or null when there is none or storage is blocked. */
export function readSetting(name: 'theme' | 'locale'): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null // Storage may be blocked: the choice then lasts as long as the page.
  }
}

export function writeSetting(name: 'theme' | 'locale', value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    return // As above.
  }
}
