import { useSearchParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createMemo } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { Tabs } from '../ui/Tabs.tsx'

/** Which part of a run's page is open: in the address, so that it lasts from live to result and over a reload. */
export function createRunTab() {
  const [search, setSearch] = useSearchParams<{ tab?: string }>()
  const tab = (): 'metrics' | 'gpu' => (search.tab === 'gpu' ? 'gpu' : 'metrics')
  const select = (next: 'metrics' | 'gpu'): void =>
    setSearch({ tab: next === 'gpu' ? next : undefined }, { replace: true, scroll: false })
  return { tab, select }
}

/** A run's metrics and its GPUs, one at a time. */
export function RunTabs(props: { metrics: () => JSX.Element; gpu: () => JSX.Element }) {
  const { tab, select } = createRunTab()
  const tabs = createMemo(() => [
    { id: 'metrics' as const, label: t().run.metricsTab, content: props.metrics },
    { id: 'gpu' as const, label: t().run.gpuTab, content: props.gpu },
  ])
  return <Tabs label={t().run.tabs} tabs={tabs()} selected={tab()} onSelect={select} />
}
