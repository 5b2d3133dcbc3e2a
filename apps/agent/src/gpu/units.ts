/** Thousandths as units: mW as W, mJ as J. */
export const millis = (value: number | bigint | null): number | null =>
  value === null ? null : Number(value) / 1000

/** NVML's KB as bytes. */
export const kilobytes = (value: number | null): number | null => (value === null ? null : value * 1000)
