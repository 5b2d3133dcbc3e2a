import { Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { Panel } from '../ui/Panel.tsx'
import { Choice } from './Choice.tsx'
import { LengthField } from './LengthField.tsx'
import type { RunForm } from './run-form.ts'
import { TextField } from './TextField.tsx'

/** When requests are sent, how many, and how long they are. */
export function LoadSection(props: { form: RunForm }) {
  const values = () => props.form.values
  return (
    <Panel title={t().form.load}>
      <div class="grid-2">
        <Choice
          label={t().form.loadKind}
          value={values().load}
          options={[
            { value: 'concurrency', label: t().form.loadKinds.concurrency },
            { value: 'request_rate', label: t().form.loadKinds.request_rate },
          ]}
          onChange={(load) => props.form.set({ load })}
        />
        <Show when={values().load === 'request_rate'} fallback={<ConcurrencyField form={props.form} />}>
          <RateFields form={props.form} />
        </Show>
        <Choice
          label={t().form.bound}
          value={values().bound}
          options={[
            { value: 'num_prompts', label: t().form.bounds.num_prompts },
            { value: 'duration_seconds', label: t().form.bounds.duration_seconds },
          ]}
          onChange={(bound) => props.form.set({ bound })}
        />
        <Show
          when={values().bound === 'num_prompts'}
          fallback={
            <TextField form={props.form} field="duration_seconds" numeric={true} label={t().form.duration} />
          }
        >
          <TextField form={props.form} field="num_prompts" numeric={true} label={t().form.numPrompts} />
        </Show>
        <LengthField form={props.form} field="input_len" label={t().form.inputLen} />
        <LengthField form={props.form} field="output_len" label={t().form.outputLen} />
      </div>
    </Panel>
  )
}

const ConcurrencyField = (props: { form: RunForm }) => (
  <TextField
    form={props.form}
    field="concurrency"
    mono={true}
    label={t().form.concurrency}
    hint={t().form.concurrencyHint}
  />
)

const RateFields = (props: { form: RunForm }) => (
  <>
    <TextField form={props.form} field="rates" mono={true} label={t().form.rates} hint={t().form.ratesHint} />
    <Choice
      label={t().form.arrival}
      value={props.form.values.arrival}
      options={[
        { value: 'poisson', label: t().form.arrivals.poisson },
        { value: 'constant', label: t().form.arrivals.constant },
        { value: 'gamma', label: t().form.arrivals.gamma },
      ]}
      onChange={(arrival) => props.form.set({ arrival })}
    />
    <Show when={props.form.values.arrival === 'gamma'} fallback={<div />}>
      <TextField
        form={props.form}
        field="burstiness"
        numeric={true}
        label={t().form.burstiness}
        hint={t().form.burstinessHint}
        placeholder="1"
      />
    </Show>
  </>
)
