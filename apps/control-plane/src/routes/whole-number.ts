import { z } from '@hono/zod-openapi'

/** Decimal digits only: coercion alone would take an empty text for 0 and `0x10` for 16. */
const decimal = (text: unknown): unknown => (/^[0-9]+$/.test(String(text)) ? Number(text) : text)

/** A whole number in a query, both ends included. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(decimal, z.number(`must be a whole number, ${min} to ${max}`).int().min(min).max(max))
