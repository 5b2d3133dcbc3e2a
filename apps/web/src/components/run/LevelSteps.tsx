import type { RunConfig, RunProgress } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadLabel, loadsOf } from '../../lib/run/load-label.ts'
import { ProgressBar } from '../ui/ProgressBar.tsx'

/** The load levels in order, each with how far it is. */
export function LevelSteps(props: { config: RunConfig; now: RunProgress | undefined }) {
  const percentOf = (index: number): number => {
    const current = props.now?.level.index ?? -1
    if (index < current) return 100
    const measuring = index === current && props.now?.phase === 'measure'
    return measuring ? (props.now?.progress.percent ?? 0) : 0
  }
  const stateOf = (index: number): string => {
    const progress = props.now
    if (!progress || index > progress.level.index) return t().run.levelWaiting
    if (index < progress.level.index) return t().run.levelDone
    if (progress.phase === 'warmup') return t().run.phases.warmup
    const { current, total, unit } = progress.progress
    const part = t().common.of(f().integer(current), f().integer(total))
    return unit === 'seconds' ? `${part} ${t().units.seconds}` : part
  }
  return (
    <ol class="levels" aria-label={t().run.levels}>
      <For each={loadsOf(props.config)}>
        {(load, index) => (
          <li class="level" aria-current={props.now?.level.index === index() ? 'step' : undefined}>
            <span class="level-name">{loadLabel(load)}</span>
            <ProgressBar
              thin={true}
              percent={percentOf(index())}
              done={percentOf(index()) === 100}
              label={loadLabel(load)}
            />
            <span class="level-state muted num">{stateOf(index())}</span>
          </li>
        )}
      </For>
    </ol>
  )
}
