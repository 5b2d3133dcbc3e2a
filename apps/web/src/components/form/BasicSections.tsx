import { Match, Switch } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { Panel } from '../ui/Panel.tsx'
import { Choice } from './Choice.tsx'
import type { RunForm } from './run-form.ts'
import { TextField } from './TextField.tsx'

export function TargetSection(props: { form: RunForm }) {
  return (
    <Panel title={t().form.target}>
      <div class="grid-2">
        <TextField
          form={props.form}
          field="server_url"
          type="url"
          mono={true}
          label={t().form.serverUrl}
          hint={t().form.serverUrlHint}
          placeholder="http://127.0.0.1:8000"
        />
        <TextField
          form={props.form}
          field="model"
          mono={true}
          label={t().form.model}
          hint={t().form.modelHint}
          placeholder="Qwen/Qwen3-8B"
        />
        <Choice
          label={t().form.endpoint}
          value={props.form.values.endpoint}
          options={[
            { value: 'chat', label: t().form.endpoints.chat },
            { value: 'completions', label: t().form.endpoints.completions },
          ]}
          onChange={(endpoint) => props.form.set({ endpoint })}
        />
        <TextField
          form={props.form}
          field="name"
          label={t().form.name}
          hint={t().form.nameHint}
          optional={t().form.optional}
        />
      </div>
    </Panel>
  )
}

export function AccessSection(props: { form: RunForm }) {
  return (
    <Panel title={t().form.access}>
      <div class="grid-2">
        <Choice
          label={t().form.keySource}
          value={props.form.values.key_source}
          options={[
            { value: 'none', label: t().form.keySources.none },
            { value: 'value', label: t().form.keySources.value },
            { value: 'env', label: t().form.keySources.env },
          ]}
          onChange={(key_source) => props.form.set({ key_source })}
        />
        <Switch>
          <Match when={props.form.values.key_source === 'value'}>
            <TextField
              form={props.form}
              field="api_key"
              type="password"
              mono={true}
              label={t().form.apiKey}
              hint={t().form.apiKeyHint}
            />
          </Match>
          <Match when={props.form.values.key_source === 'env'}>
            <TextField
              form={props.form}
              field="api_key_env"
              mono={true}
              label={t().form.apiKeyEnv}
              hint={t().form.apiKeyEnvHint}
              placeholder="OPENAI_API_KEY"
            />
          </Match>
        </Switch>
      </div>
    </Panel>
  )
}

export function GoalsSection(props: { form: RunForm }) {
  return (
    <Panel title={t().form.goals}>
      <p class="hint lead">{t().form.goalsHint}</p>
      <div class="grid-3">
        <TextField
          form={props.form}
          field="ttft_ms"
          numeric={true}
          label={t().form.goalTtft}
          placeholder="500"
        />
        <TextField
          form={props.form}
          field="tpot_ms"
          numeric={true}
          label={t().form.goalTpot}
          placeholder="50"
        />
        <TextField
          form={props.form}
          field="e2e_ms"
          numeric={true}
          label={t().form.goalE2e}
          placeholder="5000"
        />
      </div>
    </Panel>
  )
}
