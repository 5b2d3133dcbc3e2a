import { createAsync, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { initialValues, valuesOfConfig } from '../../lib/form/form-values.ts'
import { runQuery } from '../../lib/queries.ts'
import { createTitle } from '../../lib/title.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { RunFormView } from './RunFormView.tsx'

/** The form, empty or filled from an earlier run (`?from=run_…`). */
export function NewRunPage() {
  createTitle(() => t().form.title)
  const [search] = useSearchParams<{ from?: string }>()
  return (
    <div class="stack-wide">
      <header class="page-head">
        <div class="page-title">
          <h1>{t().form.title}</h1>
          <p class="muted">{t().form.intro}</p>
        </div>
      </header>
      <Show when={search.from} keyed={true} fallback={<RunFormView start={initialValues()} />}>
        {(from) => (
          <Loaded queries={[runQuery.key]} lines={10}>
            <FilledForm from={from} />
          </Loaded>
        )}
      </Show>
    </div>
  )
}

function FilledForm(props: { from: string }) {
  const run = createAsync(() => runQuery(props.from))
  return (
    <Show when={run()} keyed={true}>
      {({ config }) => (
        <RunFormView
          start={valuesOfConfig(config)}
          note={config.api_key === undefined ? t().form.again : t().form.againKey}
        />
      )}
    </Show>
  )
}
