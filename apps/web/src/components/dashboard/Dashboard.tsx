import { A, createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { api, type HistoryRuns } from '../../lib/api.ts'
import { createPolling } from '../../lib/poll.ts'
import { agentsQuery, recentRuns, recentRunsQuery, refresh } from '../../lib/queries.ts'
import { isLive } from '../../lib/run/status.ts'
import { createTitle } from '../../lib/title.ts'
import { RunTable } from '../history/RunTable.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Agents } from './Agents.tsx'
import { RunningRun } from './RunningRun.tsx'

const REFRESH_MS = 5000

const refreshRuns = (): void => void refresh(recentRunsQuery.keyFor(), recentRuns)

export function Dashboard() {
  createTitle(() => t().dashboard.title)
  createPolling(() => {
    refreshRuns()
    void refresh(agentsQuery.keyFor(), api.agents)
  }, REFRESH_MS)
  return (
    <>
      <h1 class="visually-hidden">{t().dashboard.title}</h1>
      <div class="dashboard">
        <div class="stack-wide">
          <Loaded queries={[recentRunsQuery.key]} lines={8}>
            <Runs />
          </Loaded>
        </div>
        <aside>
          <Panel title={t().dashboard.agents}>
            <Loaded queries={[agentsQuery.key]} lines={3}>
              <Agents />
            </Loaded>
          </Panel>
        </aside>
      </div>
    </>
  )
}

function Runs() {
  const page = createAsync(() => recentRunsQuery())
  return (
    <Show when={page()}>
      {(runs) => (
        <Show when={runs().total > 0} fallback={<FirstRun />}>
          <RunPanels page={runs()} />
        </Show>
      )}
    </Show>
  )
}

const FirstRun = () => (
  <section class="panel">
    <Empty title={t().dashboard.emptyTitle} body={t().dashboard.emptyBody}>
      <A href="/new" class="button primary">
        {t().nav.newRun}
      </A>
    </Empty>
  </section>
)

function RunPanels(props: { page: HistoryRuns }) {
  const running = () => props.page.runs.filter((run) => isLive(run.status))
  const runningIds = () => running().map((run) => run.run_id)
  return (
    <>
      <Panel title={t().dashboard.runningNow}>
        <Show when={running().length > 0} fallback={<p class="muted">{t().dashboard.nothingRunning}</p>}>
          <ul class="running-list">
            <For each={runningIds()}>
              {(id) => (
                <Show when={running().find((run) => run.run_id === id)}>
                  {(run) => <RunningRun run={run()} onEnd={refreshRuns} />}
                </Show>
              )}
            </For>
          </ul>
        </Show>
      </Panel>
      <Panel
        title={t().dashboard.recent}
        flush={true}
        actions={
          <A href="/history" class="button small quiet">
            {t().common.viewAll}
          </A>
        }
      >
        <RunTable runs={props.page.runs} caption={t().table.recentCaption} />
      </Panel>
    </>
  )
}
