import type { RunDefinition, TokenLength } from '@llm-loadtest/schema'

type Arrivals = { arrival?: string | undefined; burstiness?: number | undefined }

const valueWords = (flag: string, value: number | string | undefined): string[] =>
  value === undefined ? [] : [flag, String(value)]

const arrivalWords = ({ arrival, burstiness }: Arrivals): string[] => [
  ...valueWords('--arrival', arrival),
  ...valueWords('--burstiness', burstiness),
]

/** Stages in flags, which have one kind of arrival for all; null when these differ. */
function stageWords(stages: NonNullable<RunDefinition['stages']>): string[] | null {
  const texts = stages.map(({ concurrency, request_rate, duration_seconds }) =>
    request_rate === undefined
      ? `c${concurrency}:${duration_seconds}s`
      : `r${request_rate}:${duration_seconds}s`,
  )
  const arrivals = stages
    .filter((stage) => stage.request_rate !== undefined)
    .map((stage) => arrivalWords(stage))
  const [first = []] = arrivals
  if (arrivals.some((words) => words.join(' ') !== first.join(' '))) return null
  return ['--stages', texts.join(','), ...first]
}

function loadOf(run: RunDefinition): string[] | null {
  const { stages, ramp, replay, request_rate: rate } = run
  if (stages) return stageWords(stages)
  if (replay) return replay.speed === 1 ? ['--replay'] : ['--replay', String(replay.speed)]
  if (ramp) {
    const flag = ramp.of === 'concurrency' ? '-c' : '--rate'
    return [flag, `${ramp.from}..${ramp.to}:${ramp.steps}`, ...arrivalWords(ramp)]
  }
  return rate
    ? ['--rate', rate.rates.join(','), ...arrivalWords(rate)]
    : ['-c', (run.concurrency ?? [1]).join(',')]
}

/** The words of `agent run` for the load and its bounds; null when the flags cannot say it. */
export function loadWords(run: RunDefinition): string[] | null {
  const load = loadOf(run)
  return (
    load && [
      ...load,
      ...valueWords('--max-concurrency', run.max_concurrency),
      ...valueWords('-n', run.num_prompts),
      ...valueWords('-d', run.duration_seconds),
      ...valueWords('--grace', run.grace_seconds),
    ]
  )
}

function lengthText(length: TokenLength): string {
  if (typeof length === 'number') return String(length)
  return 'mean' in length
    ? `${length.mean}:${length.std}:${length.min}:${length.max}`
    : `${length.min}-${length.max}`
}

/** The words of `agent run` for what is sent. */
export function workloadWords(run: RunDefinition): string[] {
  const { dataset, prefix } = run
  return [
    ...['--input-len', lengthText(run.input_len), '--output-len', lengthText(run.output_len)],
    ...(prefix ? ['--prefix-len', String(prefix.len)] : []),
    ...(prefix && prefix.groups !== 1 ? ['--prefix-groups', String(prefix.groups)] : []),
    ...(dataset ? ['--dataset', dataset.path] : []),
    ...(dataset && dataset.format !== 'auto' ? ['--dataset-format', dataset.format] : []),
    ...(dataset?.order === 'shuffled' ? ['--shuffle'] : []),
    ...(dataset?.multi_turn ? ['--multi-turn'] : []),
    ...(dataset?.output === 'output_len' ? ['--dataset-output-len'] : []),
    ...(run.tokenizer === 'auto' ? [] : ['--tokenizer', run.tokenizer]),
  ]
}
