import { withoutSecrets } from '@llm-loadtest/schema'
import { printable } from './printable.ts'
import { secretForms } from './secret-forms.ts'

const MAX_ERROR_CHARACTERS = 500
/** A shorter one is no secret, but a word that would be taken out everywhere. */
const LEAST_CHARACTERS = 4

/** Finds any of these texts, the longest first; nothing when there is none. */
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length)
  const escaped = longestFirst.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(escaped.join('|') || '(?!)', 'g')
}

/**
 * Makes a function that takes these secrets, in every form of them, and whatever looks like a key out of a text, makes it
 * safe to print and bounds its length.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = anyOf(secrets.filter(({ length }) => length >= LEAST_CHARACTERS).flatMap(secretForms))
  return (text) => {
    const clean = printable(withoutSecrets(text.replace(known, '[redacted]')))
    return clean.length > MAX_ERROR_CHARACTERS
      ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 1).toWellFormed()}…`
      : clean
  }
}
