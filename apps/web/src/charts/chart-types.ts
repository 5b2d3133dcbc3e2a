import type { ChartRow } from '../lib/chart/downsample.ts'
import type { Range } from '../lib/chart/zoom.ts'
import type { ChartLink, SeriesToggle } from './chart-link.ts'

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
  /** Titles over the two y axes, with their unit; none where the chart's own title says it. */
  leftLabel?: string
  rightLabel?: string
  marks?: readonly Mark[]
  /** The x axis' ends; from 0 to the last row when absent. */
  xDomain?: Range
  /** Shared by charts on one x axis: they zoom together, point at the same x and line up. */
  link?: ChartLink
  /** Shared by charts of the same series: one hidden in one is hidden in all. */
  toggle?: SeriesToggle
  /** What stands in place of lines that are not there; by default that there are no values yet. */
  empty?: { title: string; body: string } | undefined
  /** What there is to know of lines that are missing beside others. */
  note?: string | undefined
  /** Whether the title stands above the chart; otherwise only assistive technology has it. */
  titled?: boolean
}
