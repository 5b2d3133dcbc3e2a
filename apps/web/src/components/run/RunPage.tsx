import type { RunView } from '@llm-loadtest/schema'
import { createAsync } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { resultQuery, runQuery } from '../../lib/queries.ts'
import { createLiveRun } from '../../lib/run/live-run.ts'
import { runName } from '../../lib/run/run-name.ts'
import { isLive } from '../../lib/run/status.ts'
import { createTitle } from '../../lib/title.ts'
import { ConfigPanel } from '../result/ConfigPanel.tsx'
import { Result } from '../result/Result.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { LiveRun } from './LiveRun.tsx'
import { Pending } from './Pending.tsx'
import { RunHeader } from './RunHeader.tsx'
import { RunOutcome } from './RunOutcome.tsx'

/** One run: live while it goes, then its result in the same place. */
export function RunPage(props: { runId: string }) {
  return (
    <Loaded queries={[runQuery.key]} fallback={<RunSkeleton />}>
      <Show when={props.runId} keyed={true}>
        {(runId) => <FetchedRun runId={runId} />}
      </Show>
    </Loaded>
  )
}

const RunSkeleton = () => (
  <div class="stack-wide">
    <Skeleton lines={2} />
    <Skeleton lines={6} tall={true} />
  </div>
)

function FetchedRun(props: { runId: string }) {
  const initial = createAsync(() => runQuery(props.runId))
  return (
    <Show when={initial()}>
      {(run) => (isLive(run().status) ? <Followed run={run()} /> : <Run run={run()} />)}
    </Show>
  )
}

function Followed(props: { run: RunView }) {
  const runId = props.run.run_id
  const { feed, state } = createLiveRun(() => runId)
  const [cancelRequested, setCancelRequested] = createSignal(false)
  const run = (): RunView => {
    const current = feed().run ?? props.run
    return { ...current, cancel_requested: current.cancel_requested || cancelRequested() }
  }
  return (
    <Run
      run={run()}
      onCancelled={() => setCancelRequested(true)}
      live={
        <Show when={run().status === 'running'} fallback={<Pending />}>
          <LiveRun feed={feed()} run={run()} state={state()} />
        </Show>
      }
    />
  )
}

function Run(props: { run: RunView; live?: import('solid-js').JSX.Element; onCancelled?: () => void }) {
  createTitle(() => t().run.title(runName(props.run)))
  return (
    <div class="stack-wide">
      <RunHeader run={props.run} onCancelled={() => props.onCancelled?.()} />
      <Switch>
        <Match when={isLive(props.run.status)}>{props.live}</Match>
        <Match when={true}>
          <RunOutcome run={props.run} />
          <Loaded queries={[resultQuery.key]} lines={8}>
            <Result runId={props.run.run_id} />
          </Loaded>
        </Match>
      </Switch>
      <ConfigPanel config={props.run.config} />
    </div>
  )
}
