import type { ChartProps } from './chart-types.ts'
import { XyChart } from './XyChart.tsx'

export type LevelChartProps = Omit<ChartProps, 'formatX'> & {
  /** The load of each level as text; a row's x is its position in here. */
  levels: readonly string[]
}

/** Values by load level, in the order of the levels and evenly spaced. */
export default function LevelChart(props: LevelChartProps) {
  const label = (x: number): string => props.levels[x] ?? ''
  return (
    <XyChart
      {...props}
      zoomable={false}
      points={true}
      formatX={label}
      xDomain={[-0.4, Math.max(0.4, props.levels.length - 0.6)]}
      xTicks={props.levels.map((_, i) => i)}
    />
  )
}
