import { createMemo, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { progressMarks, progressRows } from '../../lib/run/progress-series.ts'
import type { RunFeed } from '../../lib/run/run-feed.ts'
import { Panel } from '../ui/Panel.tsx'
import { GpuCharts } from './GpuCharts.tsx'
import { GpuNow } from './GpuNow.tsx'
import { NoGpu } from './NoGpu.tsx'

/** The GPUs of a run while it goes. */
export function LiveGpu(props: { feed: RunFeed; agentId: string | null }) {
  const loadRows = createMemo(() => progressRows(props.feed.history))
  const marks = createMemo(() => progressMarks(props.feed.history))
  return (
    <Show when={props.feed.gpu} fallback={<NoGpu agentId={props.agentId} live={true} />}>
      {(gpu) => (
        <>
          <Panel title={t().gpu.now} flush={true}>
            <GpuNow devices={gpu().devices} latest={gpu().latest} />
          </Panel>
          <GpuCharts devices={gpu().devices} ticks={gpu().ticks} loadRows={loadRows()} marks={marks()} />
        </>
      )}
    </Show>
  )
}
