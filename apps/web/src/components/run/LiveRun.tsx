import type { RunProgress, RunView } from '@llm-loadtest/schema'
import { createMemo, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import type { FeedState } from '../../lib/run/live-run.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import type { RunFeed } from '../../lib/run/run-feed.ts'
import { LiveGpu } from '../gpu/LiveGpu.tsx'
import { LevelTable } from '../result/LevelTable.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { ProgressBar } from '../ui/ProgressBar.tsx'
import { Stat } from '../ui/Stat.tsx'
import { LevelSteps } from './LevelSteps.tsx'
import { LiveChart } from './LiveChart.tsx'
import { RequestLog } from './RequestLog.tsx'
import { RunTabs } from './RunTabs.tsx'

/** A run while it goes. */
export function LiveRun(props: { feed: RunFeed; run: RunView; state: FeedState }) {
  const now = () => props.feed.history.at(-1)
  return (
    <>
      <Show when={props.state === 'polling'}>
        <Notice tone="warn" quiet={true} alert={true}>
          <p>{t().run.polling}</p>
        </Notice>
      </Show>
      <section class="panel live" aria-label={t().run.overall}>
        <Show when={now()} fallback={<p class="muted pad">{t().run.starting}</p>}>
          {(progress) => <Progress now={progress()} />}
        </Show>
        <LevelSteps config={props.run.config} now={now()} />
      </section>
      <RunTabs
        metrics={() => <LiveMetrics feed={props.feed} />}
        gpu={() => <LiveGpu feed={props.feed} agentId={props.run.agent_id} />}
      />
    </>
  )
}

function LiveMetrics(props: { feed: RunFeed }) {
  return (
    <>
      <Show when={props.feed.history.at(-1)}>{(progress) => <LiveFigures now={progress()} />}</Show>
      <Panel title={t().run.liveChart}>
        <LiveChart history={props.feed.history} />
      </Panel>
      <Show when={props.feed.levels.length > 0}>
        <Panel title={t().run.finishedLevels} flush={true}>
          <LevelTable levels={props.feed.levels} />
        </Panel>
      </Show>
      <Panel title={t().run.requestLog} flush={true}>
        <RequestLog entries={props.feed.log} />
      </Panel>
    </>
  )
}

function Progress(props: { now: RunProgress }) {
  // Told in steps of ten: a screen reader must not speak every second.
  const tenth = createMemo(() => Math.floor(props.now.overall_percent / 10) * 10)
  const level = createMemo(() => props.now.level.index + 1)
  return (
    <div class="overall">
      <div class="overall-line">
        <span class="overall-percent num">{f().percent(props.now.overall_percent)}</span>
        <span>
          {t().run.levelLine(
            f().integer(level()),
            f().integer(props.now.level.total),
            loadLabel(props.now.level),
            t().run.phases[props.now.phase],
          )}
        </span>
        <span class="muted num overall-elapsed">
          {t().run.elapsed} {f().duration(props.now.metrics.elapsed_s)}
        </span>
      </div>
      <ProgressBar percent={props.now.overall_percent} label={t().run.overall} />
      <span class="visually-hidden" role="status">
        {t().run.announce(f().percent(tenth()), f().integer(level()), f().integer(props.now.level.total))}
      </span>
    </div>
  )
}

function LiveFigures(props: { now: RunProgress }) {
  const metrics = () => props.now.metrics
  return (
    <dl class="stats compact">
      <Stat
        label={t().run.throughputNow}
        value={f().number(metrics().throughput_current)}
        unit={t().units.tokensPerSec}
      />
      <Stat label={`${t().metrics.ttft} p50`} value={f().number(metrics().ttft_p50)} unit={t().units.ms} />
      <Stat label={`${t().metrics.ttft} p99`} value={f().number(metrics().ttft_p99)} unit={t().units.ms} />
      <Stat
        label={`${t().metrics.tpot} ${t().metrics.mean}`}
        value={f().number(metrics().tpot_avg)}
        unit={t().units.ms}
      />
      <Stat label={t().metrics.running} value={f().integer(metrics().running)} />
      <Stat label={t().metrics.completed} value={f().integer(metrics().completed)} />
      <Stat
        label={t().metrics.errors}
        value={f().integer(metrics().error_count)}
        tone={metrics().error_count > 0 ? 'bad' : undefined}
      />
    </dl>
  )
}
