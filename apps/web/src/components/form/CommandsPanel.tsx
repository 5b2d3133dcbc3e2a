import { createMemo, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { agentCommand, curlCommand, KEY_VARIABLE } from '../../lib/form/commands.ts'
import { CopyBlock } from '../ui/CopyBlock.tsx'
import { Panel } from '../ui/Panel.tsx'
import type { RunForm } from './run-form.ts'

/** The same run as commands to copy. */
export function CommandsPanel(props: { form: RunForm }) {
  const definition = createMemo(() => {
    const checked = props.form.checked()
    return checked.ok ? checked.definition : null
  })
  return (
    <Panel title={t().form.commands}>
      <Show when={definition()} fallback={<p class="muted">{t().form.commandsInvalid}</p>}>
        {(run) => (
          <div class="stack">
            <Show when={agentCommand(run())}>
              {(command) => (
                <>
                  <h3>{t().form.agentCommand}</h3>
                  <CopyBlock label={t().form.agentCommand} text={command()} />
                </>
              )}
            </Show>
            <h3>{t().form.curlCommand}</h3>
            <CopyBlock label={t().form.curlCommand} text={curlCommand(run(), location.origin)} />
            <Show when={run().api_key !== undefined}>
              <p class="hint">{t().form.keyNote(KEY_VARIABLE)}</p>
            </Show>
          </div>
        )}
      </Show>
    </Panel>
  )
}
