import { A } from '@solidjs/router'
import { For } from 'solid-js'
import { LOCALES, locale, setLocale, t } from '../../i18n/index.ts'
import { setTheme, THEMES, theme } from '../../lib/theme.ts'
import { HealthIndicator } from './HealthIndicator.tsx'

export function Header() {
  return (
    <header class="header">
      <div class="header-inner">
        <A href="/" class="brand" end={true}>
          <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M7 22l5-7 4 4 8.5-11" />
          </svg>
          <span>{t().appName}</span>
        </A>
        <nav class="nav" aria-label={t().nav.label}>
          <A href="/" end={true}>
            {t().nav.dashboard}
          </A>
          <A href="/history">{t().nav.history}</A>
          <A href="/new" class="new-run-link">
            {t().nav.newRun}
          </A>
          <a href="/docs" rel="external">
            {t().nav.docs}
          </a>
        </nav>
        <div class="header-side">
          <HealthIndicator />
          <Preferences />
          <A href="/new" class="button primary new-run">
            {t().nav.newRun}
          </A>
        </div>
      </div>
    </header>
  )
}

/** Language and theme. */
function Preferences() {
  return (
    <>
      <select
        class="select small"
        aria-label={t().nav.language}
        value={locale()}
        onChange={(event) => setLocale(event.currentTarget.value)}
      >
        <For each={LOCALES}>
          {(each) => (
            <option value={each} lang={each}>
              {t().locales[each]}
            </option>
          )}
        </For>
      </select>
      <select
        class="select small"
        aria-label={t().nav.theme}
        value={theme()}
        onChange={(event) => setTheme(event.currentTarget.value)}
      >
        <For each={THEMES}>{(each) => <option value={each}>{t().themes[each]}</option>}</For>
      </select>
    </>
  )
}
