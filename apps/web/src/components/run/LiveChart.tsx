import type { RunProgress } from '@llm-loadtest/schema'
import { createMemo } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { progressMarks, progressRows } from '../../lib/run/progress-series.ts'
import { TimeChart } from '../result/TimeChart.tsx'

/** Throughput and TTFT since the run's start, a line where each level begins. */
export function LiveChart(props: { history: readonly RunProgress[] }) {
  const rows = createMemo(() => progressRows(props.history))
  const marks = createMemo(() => progressMarks(props.history))
  return <TimeChart title={t().run.liveChart} rows={rows()} marks={marks()} />
}
