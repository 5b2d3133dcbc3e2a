import { lazy, Suspense } from 'solid-js'
import type { ChartProps } from '../../charts/chart-types.ts'
import type { LevelChartProps } from '../../charts/LevelChart.tsx'
import { t } from '../../i18n/index.ts'

// Charts are a chunk of their own: a page shows its figures before it has them.
const LazyLineChart = lazy(() => import('../../charts/LineChart.tsx'))
const LazyLevelChart = lazy(() => import('../../charts/LevelChart.tsx'))

const Loading = () => (
  <div class="chart-loading" role="status">
    <span class="muted">{t().chart.loading}</span>
  </div>
)

export function LineChart(props: ChartProps) {
  return (
    <Suspense fallback={<Loading />}>
      <LazyLineChart {...props} />
    </Suspense>
  )
}

export function LevelChart(props: LevelChartProps) {
  return (
    <Suspense fallback={<Loading />}>
      <LazyLevelChart {...props} />
    </Suspense>
  )
}
