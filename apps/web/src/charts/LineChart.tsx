import type { ChartProps } from './chart-types.ts'
import { XyChart } from './XyChart.tsx'

/** Values over time from 0: drag or keys zoom, double-click resets, a missing value is a gap. */
export default function LineChart(props: ChartProps) {
  const end = () => Math.max(1, props.rows.at(-1)?.x ?? 1)
  return <XyChart {...props} zoomable={true} points={false} xDomain={props.xDomain ?? [0, end()]} />
}
