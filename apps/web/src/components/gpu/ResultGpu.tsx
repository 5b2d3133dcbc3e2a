import type { GpuResult, LevelResult, RunResult } from '@llm-loadtest/schema'
import { createMemo, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { seriesTicks } from '../../lib/run/gpu-ticks.ts'
import { timelineMarks, timelineRows } from '../../lib/run/progress-series.ts'
import { Panel } from '../ui/Panel.tsx'
import { GpuCharts } from './GpuCharts.tsx'
import { GpuDevices } from './GpuDevices.tsx'
import { GpuEnergy, integrated } from './GpuEnergy.tsx'
import { GpuFigures } from './GpuFigures.tsx'
import { GpuWarnings } from './GpuWarnings.tsx'
import { NoGpu } from './NoGpu.tsx'

/** What was measured of the GPUs during a run. */
export function ResultGpu(props: { result: RunResult }) {
  return (
    <Show when={props.result.gpu} fallback={<NoGpu agentId={props.result.agent_id} live={false} />}>
      {(gpu) => <Sampled gpu={gpu()} levels={props.result.results} />}
    </Show>
  )
}

function Sampled(props: { gpu: GpuResult; levels: readonly LevelResult[] }) {
  const ticks = createMemo(() => seriesTicks(props.gpu.series))
  const loadRows = createMemo(() => timelineRows(props.levels))
  const marks = createMemo(() => timelineMarks(props.levels))
  return (
    <>
      <GpuWarnings warnings={props.gpu.warnings} levels={props.levels} />
      <GpuCharts devices={props.gpu.devices} ticks={ticks()} loadRows={loadRows()} marks={marks()} />
      <Panel title={t().gpu.energyTitle} flush={true}>
        <GpuEnergy gpu={props.gpu} levels={props.levels} />
      </Panel>
      <Panel title={t().gpu.figuresTitle} flush={true}>
        <GpuFigures gpu={props.gpu} levels={props.levels} />
        <p class="muted note">
          {t().gpu.periodNote(f().plain(props.gpu.period_ms / 1000))}
          <Show when={integrated(props.gpu.run)}> {t().gpu.integratedNote}</Show>
        </p>
      </Panel>
      <Panel title={t().gpu.devicesTitle} flush={true}>
        <GpuDevices devices={props.gpu.devices} />
      </Panel>
    </>
  )
}
