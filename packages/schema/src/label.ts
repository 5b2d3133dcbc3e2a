import { z } from 'zod'

/** A short text for people: trimmed, not empty, without control characters (a NUL would not survive the database). */
export function labelText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters')
}
