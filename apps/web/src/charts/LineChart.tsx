import type { ChartProps } from './chart-types.ts'
import { XyChart } from './XyChart.tsx'

/** Values over time: drag or keys zoom, double-click resets, a missing value is a gap. */
export default function LineChart(props: ChartProps) {
  return <XyChart {...props} zoomable={true} points={false} />
}
