import type { AgentView } from '@llm-loadtest/schema'
import { createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { createClock } from '../../lib/clock.ts'
import { agentsQuery } from '../../lib/queries.ts'
import { AgentCommand } from '../ui/AgentCommand.tsx'
import { AgentGpus } from './AgentGpus.tsx'

const CLOCK_MS = 15_000

/** The agents, those online first. */
export function Agents() {
  const list = createAsync(() => agentsQuery())
  const now = createClock(CLOCK_MS)
  const agents = () => [...(list()?.agents ?? [])].sort((a, b) => Number(b.online) - Number(a.online))
  return (
    <Show
      when={agents().length > 0}
      fallback={
        <div class="stack">
          <p class="muted">{t().dashboard.noAgents}</p>
          <AgentCommand />
        </div>
      }
    >
      <ul class="agents">
        <For each={agents()}>{(agent) => <Agent agent={agent} now={now()} />}</For>
      </ul>
    </Show>
  )
}

function Agent(props: { agent: AgentView; now: number }) {
  const seen = (): string => {
    const at = props.agent.last_seen_at
    return at === null ? t().dashboard.neverSeen : t().dashboard.lastSeen(f().relative(at, props.now))
  }
  return (
    <li class="agent" data-online={props.agent.online}>
      <div class="agent-head">
        <span class="badge-dot" aria-hidden="true" />
        <strong>{props.agent.name}</strong>
        <span class="muted">{props.agent.online ? t().dashboard.online : t().dashboard.offline}</span>
      </div>
      <div class="agent-facts muted">
        <Show when={props.agent.online && props.agent.limits} fallback={<span>{seen()}</span>}>
          {(limits) => (
            <span>{t().dashboard.slots(f().integer(props.agent.running), f().integer(limits().slots))}</span>
          )}
        </Show>
        <Show when={props.agent.host}>{(host) => <span>{host().hostname}</span>}</Show>
        <Show when={props.agent.version}>{(version) => <span>v{version()}</span>}</Show>
      </div>
      <Show when={props.agent.online}>
        <AgentGpus agent={props.agent} />
      </Show>
    </li>
  )
}
