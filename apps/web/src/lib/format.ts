/** What stands where a value is missing: a missing value is never 0. */
export const MISSING = '–'

type Maybe = number | null | undefined

const present = (value: Maybe): value is number =>
  value !== null && value !== undefined && Number.isFinite(value)

const GIB = 2 ** 30

/** Bytes as GiB. */
export const inGib = (bytes: Maybe): number | null => (present(bytes) ? bytes / GIB : null)

/** Decimals that leave about three significant figures: 1.23, 12.3, 123. */
export function decimalsFor(value: number): number {
  const size = Math.abs(value)
  if (size >= 99.95 || size === 0) return 0
  return size >= 9.995 ? 1 : 2
}

/** The browser's own formatters, made once: making one is slow. */
function intlFormats(locale: string) {
  const formatters = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const shortNumbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const smallNumbers = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
  const compactNumbers = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  const shortInstants = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  const relatives = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  return {
    formatters,
    integers,
    shortNumbers,
    smallNumbers,
    compactNumbers,
    instants,
    shortInstants,
    relatives,
  }
}

export type Format = ReturnType<typeof createFormat>

/** Formatters of one locale. Each takes null or undefined and then returns "–". */
export function createFormat(locale: string) {
  const formats = intlFormats(locale)
  const { formatters, integers, shortNumbers, smallNumbers, compactNumbers } = formats
  const { instants, shortInstants, relatives } = formats

  const fixed = (value: Maybe, digits: number): string =>
    present(value) ? (formatters[digits] ?? integers).format(value) : MISSING
  const number = (value: Maybe): string => (present(value) ? fixed(value, decimalsFor(value)) : MISSING)
  const unit = (text: string, name: string): string => (text === MISSING ? MISSING : `${text} ${name}`)

  return {
    locale,
    /** About three significant figures, no unit. */
    number,
    integer: (value: Maybe): string => (present(value) ? integers.format(value) : MISSING),
    /** As it is, with at most two decimals: for what a user typed. */
    plain: (value: Maybe): string => (present(value) ? shortNumbers.format(value) : MISSING),
    /** Three significant figures however small: for what may lie far below 1. */
    small: (value: Maybe): string => (present(value) ? smallNumbers.format(value) : MISSING),
    compact: (value: Maybe): string => (present(value) ? compactNumbers.format(value) : MISSING),
    ms: (value: Maybe): string => unit(number(value), 'ms'),
    tokensPerSec: (value: Maybe): string => unit(number(value), 'tok/s'),
    perSec: (value: Maybe): string => unit(number(value), 'req/s'),
    /** A value that is already a percentage. A small one that is not 0 never reads as 0. */
    percent: (value: Maybe): string => {
      if (!present(value)) return MISSING
      const digits =
        value === 0 || value === 100 || Math.abs(value) >= 99.995 ? 0 : Math.abs(value) < 1 ? 2 : 1
      return `${fixed(value, digits)} %`
    },
    /** Seconds with one decimal, no unit: for a column. */
    seconds: (value: Maybe): string => fixed(value, 1),
    /** Seconds as `4.2 s`, `2 m 05 s` or `1 h 04 m`. */
    duration: (seconds: Maybe): string => {
      if (!present(seconds)) return MISSING
      if (seconds < 59.95) return `${fixed(seconds, seconds < 10 ? 1 : 0)} s`
      const whole = Math.round(seconds)
      const pad = (value: number): string => String(value).padStart(2, '0')
      if (whole < 3600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`
      return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} m`
    },
    bytes: (value: Maybe): string => unit(fixed(inGib(value), 1), 'GiB'),
    dateTime: (iso: string | null): string => (iso === null ? MISSING : instants.format(new Date(iso))),
    shortDateTime: (iso: string | null): string =>
      iso === null ? MISSING : shortInstants.format(new Date(iso)),
    /** `3 min. ago`, in the unit that fits. */
    relative: (iso: string | null, nowMs: number): string => {
      if (iso === null) return MISSING
      const seconds = (Date.parse(iso) - nowMs) / 1000
      const size = Math.abs(seconds)
      if (size < 60) return relatives.format(Math.round(seconds), 'second')
      if (size < 3600) return relatives.format(Math.round(seconds / 60), 'minute')
      if (size < 86_400) return relatives.format(Math.round(seconds / 3600), 'hour')
      return relatives.format(Math.round(seconds / 86_400), 'day')
    },
  }
}
