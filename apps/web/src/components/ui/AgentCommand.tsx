import { t } from '../../i18n/index.ts'
import { CopyBlock } from './CopyBlock.tsx'

/** How to start an agent for this control plane. */
export function AgentCommand() {
  return (
    <div class="stack agent-command">
      <CopyBlock
        label={t().dashboard.agents}
        text={`npx agent --token TOKEN --control-plane ${location.origin}`}
      />
      <p class="hint">{t().dashboard.tokenHint}</p>
    </div>
  )
}
