import type { AgentView } from '@llm-loadtest/schema'
import { createAsync } from '@solidjs/router'
import { Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { agentsQuery } from '../../lib/queries.ts'
import { absenceTitle } from '../../lib/run/gpu-text.ts'
import { Empty } from '../ui/Empty.tsx'
import { Loaded } from '../ui/Loaded.tsx'

/** Stands where a run's GPUs would be: that there are none, why, or that their first reading is still to come. */
export function NoGpu(props: { agentId: string | null; live: boolean }) {
  return (
    <section class="panel">
      <Loaded queries={[agentsQuery.key]} lines={4}>
        <Reason {...props} />
      </Loaded>
    </section>
  )
}

function Reason(props: { agentId: string | null; live: boolean }) {
  const list = createAsync(() => agentsQuery())
  const agent = () => list()?.agents.find((each) => each.agent_id === props.agentId)
  const hasGpus = () => (agent()?.gpus.length ?? 0) > 0
  return (
    <Show when={props.live && hasGpus()} fallback={<Absence agent={agent()} sampledNow={hasGpus()} />}>
      <p class="muted pad" role="status">
        {t().gpu.waiting}
      </p>
    </Show>
  )
}

function Absence(props: { agent: AgentView | undefined; sampledNow: boolean }) {
  const absence = () => props.agent?.gpu_absence ?? null
  const title = () =>
    props.sampledNow ? t().gpu.none.notSampled : absenceTitle(absence()?.reason ?? null, t())
  return (
    <Empty title={title()} body={t().gpu.none.body} art={<Chip />}>
      <Show when={absence()}>
        {(known) => (
          <dl class="absence">
            <dt>{t().gpu.none.message}</dt>
            <dd lang="en">{known().message}</dd>
          </dl>
        )}
      </Show>
    </Empty>
  )
}

/** A GPU's outline with nothing in it. */
const Chip = () => (
  <svg class="empty-art chip" viewBox="0 0 120 56" aria-hidden="true">
    <rect x="14" y="10" width="92" height="36" rx="5" />
    <circle cx="42" cy="28" r="10" />
    <circle cx="78" cy="28" r="10" />
    <path class="second" d="M24 46 V52 H60 V46" />
  </svg>
)
