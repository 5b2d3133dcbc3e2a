import type { RunResult } from '@llm-loadtest/schema'
import { gpuWarningGroups } from '@llm-loadtest/schema/metrics'
import { createAsync } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { resultQuery } from '../../lib/queries.ts'
import { loadsOf } from '../../lib/run/load-label.ts'
import { timelineMarks, timelineRows } from '../../lib/run/progress-series.ts'
import { GpuWarningsHint } from '../gpu/GpuWarnings.tsx'
import { ResultGpu } from '../gpu/ResultGpu.tsx'
import { createRunTab, RunTabs } from '../run/RunTabs.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { ErrorTable } from './ErrorTable.tsx'
import { EvidenceTable } from './EvidenceTable.tsx'
import { LevelTable } from './LevelTable.tsx'
import { LoadChart } from './LoadChart.tsx'
import { SummaryCards } from './SummaryCards.tsx'
import { TimeChart } from './TimeChart.tsx'
import { TokenTable } from './TokenTable.tsx'
import { ValidityBanner } from './ValidityBanner.tsx'

/** What a run measured, all or, when it ended early, as far as it came. */
export function Result(props: { runId: string }) {
  const result = createAsync(() => resultQuery(props.runId))
  return (
    <Show when={result()}>
      {(loaded) => (
        <Show
          when={loaded().results.length > 0 || loaded().gpu}
          fallback={<p class="muted">{t().run.nothingMeasured}</p>}
        >
          <Parts result={loaded()} />
        </Show>
      )}
    </Show>
  )
}

function Parts(props: { result: RunResult }) {
  const { tab, select } = createRunTab()
  const levels = () => props.result.results
  const asked = () => loadsOf(props.result.config).length
  return (
    <>
      <Show when={props.result.status !== 'completed'}>
        <Notice tone="info" quiet={true}>
          <p>{t().run.partial(f().integer(levels().length), f().integer(asked()))}</p>
        </Notice>
      </Show>
      <Show when={levels().length > 0}>
        <ValidityBanner validity={props.result.validity} levels={levels()} />
      </Show>
      <Show when={tab() === 'metrics'}>
        <GpuWarningsHint
          count={gpuWarningGroups(props.result.gpu?.warnings ?? []).length}
          onShow={() => select('gpu')}
        />
      </Show>
      <RunTabs
        metrics={() => (
          <Show when={levels().length > 0} fallback={<p class="muted">{t().run.nothingMeasured}</p>}>
            <Measured result={props.result} />
          </Show>
        )}
        gpu={() => <ResultGpu result={props.result} />}
      />
    </>
  )
}

function Measured(props: { result: RunResult }) {
  const levels = () => props.result.results
  const rows = createMemo(() => timelineRows(levels()))
  const marks = createMemo(() => timelineMarks(levels()))
  return (
    <>
      <SummaryCards result={props.result} />
      <div class="charts">
        <Panel title={t().result.byLevel}>
          <LoadChart levels={levels()} />
        </Panel>
        <Panel title={t().result.overTime}>
          <TimeChart title={t().result.overTime} rows={rows()} marks={marks()} />
        </Panel>
      </div>
      <Panel title={t().result.levelTable} flush={true}>
        <LevelTable levels={levels()} />
      </Panel>
      <div class="pair">
        <Panel title={t().result.errorsTitle} flush={props.result.summary.failed_requests > 0}>
          <ErrorTable levels={levels()} />
        </Panel>
        <Panel title={t().result.tokensTitle} flush={true}>
          <TokenTable levels={levels()} />
        </Panel>
      </div>
      <Panel title={t().evidence.title} flush={true}>
        <EvidenceTable levels={levels()} />
      </Panel>
    </>
  )
}
