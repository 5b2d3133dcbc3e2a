import { type Accessor, createSignal } from 'solid-js'
import type { Range } from '../lib/chart/zoom.ts'

/** The x a chart is pointed at, and which chart has the pointer. */
type Pointed = { x: number; by: object }

/** What charts on one x axis have in common: the visible range, and where one of them is pointed at. */
export type ChartLink = {
  zoom: Accessor<Range | null>
  setZoom: (range: Range | null) => void
  pointed: Accessor<Pointed | null>
  point: (at: Pointed | null) => void
}

export function createChartLink(): ChartLink {
  const [zoom, setZoom] = createSignal<Range | null>(null)
  const [pointed, point] = createSignal<Pointed | null>(null)
  return { zoom, setZoom, pointed, point }
}

/** Which series of a chart are hidden. */
export type SeriesToggle = {
  hidden: Accessor<ReadonlySet<number>>
  /** Hides or shows one of `count` series. The last one stays: an empty chart says nothing. */
  flip: (index: number, count: number) => void
}

export function createSeriesToggle(): SeriesToggle {
  const [hidden, setHidden] = createSignal<ReadonlySet<number>>(new Set())
  const flip = (index: number, count: number): void => {
    const next = new Set(hidden())
    if (!next.delete(index)) next.add(index)
    if (next.size < count) setHidden(next)
  }
  return { hidden, flip }
}
