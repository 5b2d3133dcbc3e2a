// Runs before the first paint: theme and language without a flash. zod is told not to probe `eval`, which a CSP reports.
;(() => {
  const root = document.documentElement
  const read = (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null // Storage may be blocked; the defaults then hold.
    }
  }
  const theme = read('llm-loadtest.theme')
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  root.lang = read('llm-loadtest.locale') || (/^ko\b/i.test(navigator.language) ? 'ko' : 'en')
  globalThis.__zod_globalConfig = { jitless: true }
})()
