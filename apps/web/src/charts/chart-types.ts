import type { ChartRow } from '../lib/chart/downsample.ts'

export type Series = {
  name: string
  unit: string
  /** A CSS colour, from the palette variables. */
  color: string
  axis: 'left' | 'right'
  /** Dash pattern, px: tells series apart without colour. */
  dash?: readonly number[]
  /** The value as text, without its unit. */
  format: (value: number | null) => string
}

/** A vertical line where something begins. */
export type Mark = { x: number; label: string }

export type ChartProps = {
  title: string
  rows: readonly ChartRow[]
  series: readonly Series[]
  xLabel: string
  formatX: (x: number) => string
  /** Titles over the two y axes, with their unit. */
  leftLabel: string
  rightLabel?: string
  marks?: readonly Mark[]
}
