import { t } from '../i18n/index.ts'
import type { ChartProps } from './chart-types.ts'

/** A chart in one sentence a series, for those who cannot see it. */
export function summarize(chart: Pick<ChartProps, 'title' | 'rows' | 'series'>): string {
  const parts = chart.series.map((series, i) => {
    const values = chart.rows.flatMap((row) => row.values[i] ?? [])
    const text = (value: number | undefined): string => `${series.format(value ?? null)} ${series.unit}`
    if (values.length === 0) return t().chart.seriesMissing(series.name)
    const low = values.reduce((a, b) => Math.min(a, b))
    const high = values.reduce((a, b) => Math.max(a, b))
    return t().chart.seriesSummary(series.name, text(low), text(high), text(values.at(-1)))
  })
  return t().chart.summary(chart.title, parts.join('. '))
}
