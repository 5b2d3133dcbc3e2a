import type { GpuWarning, LevelResult } from '@llm-loadtest/schema'
import { type GpuWarningGroup, gpuWarningGroups } from '@llm-loadtest/schema/metrics'
import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { warningText } from '../../lib/run/gpu-text.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import { Notice } from '../ui/Notice.tsx'

/** Warnings shown at once; the others unfold. */
const SHOWN = 6

/** What happened on the GPUs that makes the figures say less about the server, each in a sentence. */
export function GpuWarnings(props: { warnings: readonly GpuWarning[]; levels: readonly LevelResult[] }) {
  const lineOf = (group: GpuWarningGroup): string => {
    const level = props.levels.find((each) => each.index === group.warning.level_index)
    return warningText(group, level ? loadLabel(level) : null, t())
  }
  const lines = createMemo(() => gpuWarningGroups(props.warnings).map(lineOf))
  return (
    <Show when={props.warnings.length > 0}>
      <Notice tone="warn" title={t().gpu.warningsTitle}>
        <List lines={lines().slice(0, SHOWN)} />
        <Show when={lines().length > SHOWN}>
          <details class="more-reasons">
            <summary>{t().gpu.moreWarnings(f().integer(lines().length - SHOWN))}</summary>
            <List lines={lines().slice(SHOWN)} />
          </details>
        </Show>
      </Notice>
    </Show>
  )
}

const List = (props: { lines: readonly string[] }) => (
  <ul class="reasons">
    <For each={props.lines}>{(line) => <li>{line}</li>}</For>
  </ul>
)

/** That there are such warnings, and the way to them. */
export function GpuWarningsHint(props: { count: number; onShow: () => void }) {
  return (
    <Show when={props.count > 0}>
      <Notice tone="warn" quiet={true}>
        <p>
          {t().gpu.warningsBrief(f().integer(props.count))}{' '}
          <button type="button" class="link" onClick={() => props.onShow()}>
            {t().gpu.warningsLink}
          </button>
        </p>
      </Notice>
    </Show>
  )
}
