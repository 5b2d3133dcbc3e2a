import { createAsync } from '@solidjs/router'
import { Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { api } from '../../lib/api.ts'
import { createPolling } from '../../lib/poll.ts'
import { agentsQuery, refresh } from '../../lib/queries.ts'
import { AgentCommand } from '../ui/AgentCommand.tsx'
import { Notice } from '../ui/Notice.tsx'

const REFRESH_MS = 5000

/** A run that no agent has taken yet: that it waits, and how to start an agent when none is online. */
export function Pending() {
  const list = createAsync(() => agentsQuery())
  createPolling(() => void refresh(agentsQuery.keyFor(), api.agents), REFRESH_MS)
  const noneOnline = () => list.latest !== undefined && !list.latest.agents.some((agent) => agent.online)
  return (
    <Notice tone="info" title={t().run.pendingTitle}>
      <p>{t().run.pendingBody}</p>
      <Show when={noneOnline()}>
        <p>{t().run.pendingNoAgent}</p>
        <AgentCommand />
      </Show>
    </Notice>
  )
}
