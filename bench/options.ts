import { z } from 'zod'

/** Whole or fractional numbers separated by commas, each above 0. */
export const NumberList = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().positive()).min(1))

/** Parses options, or says which one is wrong and ends the program with status 2. */
export function parsedOptions<T>(schema: z.ZodType<T>, values: unknown): T {
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  console.error(z.prettifyError(parsed.error))
  process.exit(2)
}
