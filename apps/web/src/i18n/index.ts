import { createSignal } from 'solid-js'
import { createFormat, type Format } from '../lib/format.ts'
import { readSetting, writeSetting } from '../lib/settings.ts'
import { type Dictionary, en } from './en.ts'
import { ko } from './ko.ts'

export type { Dictionary } from './en.ts'

export const LOCALES = ['en', 'ko'] as const
export type Locale = (typeof LOCALES)[number]

const DICTIONARIES: Record<Locale, Dictionary> = { en, ko }
const FORMATS: Record<Locale, Format> = { en: createFormat('en'), ko: createFormat('ko') }

/** The language to start with: the remembered one, else the browser's, else English. */
export function chooseLocale(remembered: string | null, browserLanguages: readonly string[]): Locale {
  for (const candidate of [remembered, ...browserLanguages]) {
    const language = candidate?.toLowerCase().split('-')[0]
    const found = LOCALES.find((locale) => locale === language)
    if (found) return found
  }
  return 'en'
}

const browserLanguages = typeof navigator === 'undefined' ? [] : [navigator.language]
const remembered = typeof localStorage === 'undefined' ? null : readSetting('locale')
const [locale, setLocaleSignal] = createSignal<Locale>(chooseLocale(remembered, browserLanguages))

export { locale }

/** The texts of the current language; reads a signal, so call it where it is shown. */
export const t = (): Dictionary => DICTIONARIES[locale()]
/** The number and time formats of the current language. */
export const f = (): Format => FORMATS[locale()]

/** Switches the language, remembers it and tells assistive technology. */
export function setLocale(next: string): void {
  const chosen = LOCALES.find((candidate) => candidate === next)
  if (!chosen) return
  setLocaleSignal(chosen)
  writeSetting('locale', chosen)
  document.documentElement.lang = chosen
}
