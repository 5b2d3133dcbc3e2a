import type { AgentView, GpuInfo, GpuSample } from '@llm-loadtest/schema'
import { createMemo, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { inGib, MISSING } from '../../lib/format.ts'

/** An agent's GPUs with their newest readings, or why it samples none. */
export function AgentGpus(props: { agent: AgentView }) {
  const names = createMemo(() => [...new Set(props.agent.gpus.map((gpu) => gpu.name))])
  return (
    <Show when={props.agent.gpus.length > 0} fallback={<NoGpus agent={props.agent} />}>
      <For each={names()}>
        {(name) => (
          <SameGpus agent={props.agent} gpus={props.agent.gpus.filter((gpu) => gpu.name === name)} />
        )}
      </For>
    </Show>
  )
}

function NoGpus(props: { agent: AgentView }) {
  return (
    <Show when={props.agent.gpu_absence}>
      {(absence) => (
        <p class="agent-gpus muted" title={absence().message}>
          {t().gpu.none.brief[absence().reason]}
        </p>
      )}
    </Show>
  )
}

/** The GPUs of one name: a line each. */
function SameGpus(props: { agent: AgentView; gpus: readonly GpuInfo[] }) {
  const name = () => {
    const [first] = props.gpus
    return `${f().integer(props.gpus.length)} × ${first?.name}`
  }
  const heads = () => [
    t().gpu.axes.memory_used_bytes,
    t().gpu.axes.gpu_utilization_percent,
    t().gpu.axes.temperature_celsius,
    t().gpu.axes.power_watts,
  ]
  return (
    <div class="agent-gpus">
      <p class="muted">{name()}</p>
      <table class="gpu-lines">
        <caption class="visually-hidden">
          {t().gpu.hostCaption(props.agent.name)}: {name()}
        </caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{t().gpu.columns.gpu}</th>
            <For each={heads()}>{(head) => <th scope="col">{head}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={props.gpus}>
            {(gpu) => (
              <GpuLine
                gpu={gpu}
                sample={props.agent.gpu_samples.find((sample) => sample.device_index === gpu.index)}
              />
            )}
          </For>
        </tbody>
      </table>
    </div>
  )
}

const withUnit = (value: number | null | undefined, unit: string): string => {
  const text = f().integer(value)
  return text === MISSING ? text : `${text} ${unit}`
}

function GpuLine(props: { gpu: GpuInfo; sample: GpuSample | undefined }) {
  const memory = () =>
    t().gpu.memoryOf(
      f().number(inGib(props.sample?.memory_used_bytes)),
      f().number(inGib(props.sample?.memory_total_bytes ?? props.gpu.memory_total_bytes)),
    )
  return (
    <tr>
      <th scope="row">{f().integer(props.gpu.index)}</th>
      <Show
        when={props.sample?.fault}
        fallback={
          <>
            <td>{memory()}</td>
            <td>{withUnit(props.sample?.gpu_utilization_percent, t().units.percent)}</td>
            <td>{withUnit(props.sample?.temperature_celsius, t().units.celsius)}</td>
            <td>{withUnit(props.sample?.power_watts, t().units.watts)}</td>
          </>
        }
      >
        {(fault) => (
          <td colspan="4" class="bad">
            {t().gpu.faults[fault()]}
          </td>
        )}
      </Show>
    </tr>
  )
}
