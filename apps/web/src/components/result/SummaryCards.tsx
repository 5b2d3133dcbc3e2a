import type { RunResult } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadLabel } from '../../lib/run/load-label.ts'
import { Stat } from '../ui/Stat.tsx'

/** A run's best figures, each with the load level it was reached at. */
export function SummaryCards(props: { result: RunResult }) {
  const summary = () => props.result.summary
  const at = (best: { level_index: number } | null): { detail?: string } => {
    const level = props.result.results.find((each) => each.index === best?.level_index)
    return level ? { detail: t().result.at(loadLabel(level)) } : {}
  }
  const bestFigures = () => [
    {
      label: t().result.bestThroughput,
      best: summary().best_throughput_tokens_per_sec,
      unit: t().units.tokensPerSec,
    },
    { label: t().result.bestTtft, best: summary().best_ttft_p50_ms, unit: t().units.ms },
    { label: t().result.bestTpot, best: summary().best_tpot_p50_ms, unit: t().units.ms },
  ]
  const goodputDetail = () =>
    props.result.config.goodput_thresholds
      ? at(summary().best_goodput_percent)
      : { detail: t().result.noThresholds }
  const tokens = () => summary().total_input_tokens + summary().total_output_tokens
  return (
    <dl class="stats" aria-label={t().result.summary}>
      <For each={bestFigures()}>
        {(figure) => (
          <Stat
            label={figure.label}
            value={f().number(figure.best?.value)}
            unit={figure.unit}
            {...at(figure.best)}
          />
        )}
      </For>
      <Stat
        label={t().result.goodput}
        value={f().number(summary().best_goodput_percent?.value)}
        unit={t().units.percent}
        {...goodputDetail()}
      />
      <Stat
        label={t().result.errorRate}
        value={f().number(summary().error_rate_percent)}
        unit={t().units.percent}
        tone={summary().failed_requests > 0 ? 'bad' : undefined}
        detail={t().result.requestsDetail(
          f().integer(summary().failed_requests),
          f().integer(summary().total_requests),
        )}
      />
      <Stat
        label={t().result.tokens}
        value={f().integer(tokens())}
        detail={t().result.tokensDetail(
          f().compact(summary().total_input_tokens),
          f().compact(summary().total_output_tokens),
        )}
      />
    </dl>
  )
}
