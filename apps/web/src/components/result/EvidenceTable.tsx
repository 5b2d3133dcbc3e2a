import type { LevelResult } from '@llm-loadtest/schema'
import { For } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import type { Format } from '../../lib/format.ts'
import { loadScale } from '../../lib/run/load-label.ts'
import { VerdictBadge } from '../ui/StatusBadge.tsx'
import { TableBox } from '../ui/TableBox.tsx'

type Evidence = LevelResult['validity']['evidence']
type Figure = {
  name: keyof ReturnType<typeof t>['evidence']['figures']
  value: (of: Evidence, f: Format) => string
}

const percentOf = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100)

const FIGURES: readonly Figure[] = [
  { name: 'lagP50', value: (of, f) => f.ms(of.schedule_lag_p50_ms) },
  { name: 'lagP99', value: (of, f) => f.ms(of.schedule_lag_p99_ms) },
  { name: 'delayP99', value: (of, f) => f.ms(of.event_loop_delay_p99_ms) },
  { name: 'delayMax', value: (of, f) => f.ms(of.event_loop_delay_max_ms) },
  { name: 'cpu', value: (of, f) => f.percent(of.agent_cpu_percent) },
  { name: 'cpuWait', value: (of, f) => f.percent(of.cpu_wait_percent) },
  { name: 'gcPauses', value: (of, f) => f.integer(of.gc_pauses) },
  { name: 'gcTotal', value: (of, f) => f.ms(of.gc_total_ms) },
  { name: 'gcLongest', value: (of, f) => f.ms(of.gc_longest_ms) },
  { name: 'backlogP99', value: (of, f) => f.ms(of.read_backlog_p99_ms) },
  { name: 'backlogMax', value: (of, f) => f.ms(of.read_backlog_max_ms) },
  { name: 'promptWait', value: (of, f) => f.percent(of.prompt_wait_percent) },
  { name: 'achieved', value: (of, f) => f.percent(percentOf(of.achieved_rate_ratio)) },
  { name: 'dropped', value: (of, f) => f.integer(of.dropped_requests) },
]

/** What the load generator observed of itself at each level, and what that says of the level's figures. */
export function EvidenceTable(props: { levels: readonly LevelResult[] }) {
  return (
    <>
      <TableBox label={t().evidence.caption}>
        <table>
          <caption class="visually-hidden">{t().evidence.caption}</caption>
          <thead>
            <tr>
              <th scope="col" class="num sticky">
                {loadScale(props.levels).column}
              </th>
              <th scope="col">{t().result.verdict}</th>
              <For each={FIGURES}>
                {(figure) => (
                  <th scope="col" class="num">
                    {t().evidence.figures[figure.name]}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.levels}>
              {(level) => <EvidenceRow level={level} load={loadScale(props.levels).value(level)} />}
            </For>
          </tbody>
        </table>
      </TableBox>
      <p class="muted note">
        {t().evidence.note} {clockNote(props.levels)}
      </p>
    </>
  )
}

function EvidenceRow(props: { level: LevelResult; load: string }) {
  return (
    <tr>
      <th scope="row" class="num sticky">
        {props.load}
      </th>
      <td>
        <VerdictBadge verdict={props.level.validity.verdict} />
      </td>
      <For each={FIGURES}>
        {(figure) => <td class="num">{figure.value(props.level.validity.evidence, f())}</td>}
      </For>
    </tr>
  )
}

function clockNote(levels: readonly LevelResult[]): string {
  const clock = levels.find((level) => level.validity.evidence.clock_source)?.validity.evidence.clock_source
  return clock ? t().evidence.clock(clock) : ''
}
