import { createResource } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { api } from '../../lib/api.ts'
import { online } from '../../lib/connection.ts'
import { createPolling } from '../../lib/poll.ts'

const HEALTH_MS = 10_000

/** Whether the control plane answers and how many agents are online. */
export function HealthIndicator() {
  const [health, { refetch }] = createResource(() => api.health().catch(() => null))
  createPolling(() => void refetch(), HEALTH_MS)

  const state = (): { tone: 'good' | 'warn' | 'bad' | 'none'; text: string } => {
    if (!online()) return { tone: 'bad', text: t().health.offline }
    const current = health.latest
    if (!current) return { tone: 'none', text: t().health.checking }
    if (current.database !== 'ok') return { tone: 'bad', text: t().health.degraded }
    if (!current.agents_online) return { tone: 'warn', text: t().health.noAgents }
    return { tone: 'good', text: t().health.agents(f().integer(current.agents_online)) }
  }
  return (
    <span class="health" data-tone={state().tone} role="status">
      <span class="badge-dot" aria-hidden="true" />
      <span class="health-text">{state().text}</span>
    </span>
  )
}
