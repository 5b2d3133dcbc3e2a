/** What stands for a value that could not be had. */
export const NO_VALUE = '–'

/** A number with as many decimals as it deserves: three significant digits, none from 100 up. */
export function formatNumber(value: number | null): string {
  if (value === null) return NO_VALUE
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}
