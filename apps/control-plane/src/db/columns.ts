import { customType } from 'drizzle-orm/sqlite-core'
import type { z } from 'zod'

/** A text column that holds JSON and is parsed with `schema` on every read. */
export function json<S extends z.ZodType>(schema: S) {
  return customType<{ data: z.output<S>; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (text) => schema.parse(JSON.parse(text)),
  })()
}

/** A blob column as plain bytes; the driver hands blobs out as ArrayBuffer. */
export const bytes = customType<{ data: Uint8Array; driverData: ArrayBuffer | Uint8Array }>({
  dataType: () => 'blob',
  toDriver: (value) => value,
  fromDriver: (value) => new Uint8Array(value),
})
