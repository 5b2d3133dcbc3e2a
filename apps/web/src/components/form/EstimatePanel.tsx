import { createMemo, For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { type Estimate, estimate } from '../../lib/form/estimate.ts'
import { validate } from '../../lib/form/to-definition.ts'
import { Panel } from '../ui/Panel.tsx'
import type { RunForm } from './run-form.ts'

/** The estimate does not need to know whom the load is for. */
const ANY_TARGET = { server_url: 'http://localhost', model: 'any', key_source: 'none' } as const

/** What the run will ask of the server. */
export function EstimatePanel(props: { form: RunForm }) {
  // While a field is at fault the last estimate stays: figures that jump to "–" at every key would unsettle.
  const figures = createMemo<Estimate | null>((last) => {
    const checked = validate({ ...props.form.values, ...ANY_TARGET })
    return checked.ok ? estimate(checked.definition) : last
  }, null)
  const rows = (): [string, string][] => [
    [t().form.levels, f().integer(figures()?.levels)],
    [t().form.requests, f().integer(figures()?.requests)],
    [t().form.warmups, f().integer(figures()?.warmupRequests)],
    [t().form.inputTokens, f().integer(figures()?.inputTokens)],
    [t().form.outputTokens, f().integer(figures()?.outputTokens)],
    [t().form.time, f().duration(figures()?.seconds)],
  ]
  return (
    <Panel title={t().form.estimate}>
      <dl class="pairs">
        <For each={rows()}>
          {([label, value]) => (
            <div>
              <dt>{label}</dt>
              <dd class="num">{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <p class="hint">{t().form.estimateNote}</p>
    </Panel>
  )
}
