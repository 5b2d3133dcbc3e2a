import { type BUILT_IN_PRESETS, type RunConfig, shortestLength, type TokenLength } from '@llm-loadtest/schema'
import { type KeptFields, keptFields } from './kept-fields.ts'

/** A length field: one number, or a distribution when `varies`. Texts as typed. */
export type LengthValues = { varies: boolean; mean: string; std: string; min: string; max: string }

/** What the form holds: every field as its control has it, so that nothing typed is lost to parsing. */
export type FormValues = {
  name: string
  server_url: string
  model: string
  endpoint: 'chat' | 'completions'
  load: 'concurrency' | 'request_rate'
  concurrency: string
  rates: string
  arrival: 'constant' | 'poisson' | 'gamma'
  burstiness: string
  bound: 'num_prompts' | 'duration_seconds'
  num_prompts: string
  duration_seconds: string
  input_len: LengthValues
  output_len: LengthValues
  stream: boolean
  ignore_eos: boolean
  warmup: string
  timeout: string
  seed: string
  key_source: 'none' | 'value' | 'env'
  api_key: string
  api_key_env: string
  ttft_ms: string
  tpot_ms: string
  e2e_ms: string
  extra_body: string
  kept: KeptFields
}

const fixedLength = (tokens: number): LengthValues => ({
  varies: false,
  mean: String(tokens),
  std: '',
  min: '',
  max: '',
})

/** The form as it opens: the schema's defaults, and a load that shows a curve. */
export const initialValues = (): FormValues => ({
  name: '',
  server_url: '',
  model: '',
  endpoint: 'chat',
  load: 'concurrency',
  concurrency: '1, 4, 16',
  rates: '1, 2, 5',
  arrival: 'poisson',
  burstiness: '',
  bound: 'num_prompts',
  num_prompts: '100',
  duration_seconds: '30',
  input_len: fixedLength(256),
  output_len: fixedLength(128),
  stream: true,
  ignore_eos: false,
  warmup: '3',
  timeout: '120',
  seed: '0',
  key_source: 'none',
  api_key: '',
  api_key_env: '',
  ttft_ms: '',
  tpot_ms: '',
  e2e_ms: '',
  extra_body: '',
  kept: {},
})

/** A length that the form cannot hold is kept as it is, and its shortest stands for it. */
export function lengthValues(length: TokenLength): LengthValues {
  if (typeof length === 'number' || !('mean' in length)) return fixedLength(shortestLength(length))
  return {
    varies: true,
    mean: String(length.mean),
    std: String(length.std),
    min: String(length.min),
    max: String(length.max),
  }
}

/** The fields a preset sets; the others stay as they are. */
export function presetValues(preset: (typeof BUILT_IN_PRESETS)[number]): Partial<FormValues> {
  const { concurrency = [1], num_prompts = 100, input_len = 256, output_len = 128 } = preset.config
  return {
    load: 'concurrency',
    concurrency: concurrency.join(', '),
    bound: 'num_prompts',
    num_prompts: String(num_prompts),
    input_len: lengthValues(input_len),
    output_len: lengthValues(output_len),
    kept: {},
  }
}

const text = (value: number | string | undefined): string => (value === undefined ? '' : String(value))

/** The form of an earlier run, to run it again. Its API key is masked in the configuration and so has to be given anew. */
export function valuesOfConfig(config: RunConfig): FormValues {
  const start = initialValues()
  const closed = config.request_rate === undefined
  return {
    ...start,
    name: text(config.name),
    server_url: config.server_url,
    model: config.model,
    endpoint: config.endpoint,
    load: closed ? 'concurrency' : 'request_rate',
    concurrency: config.concurrency?.join(', ') ?? start.concurrency,
    rates: config.request_rate?.rates.join(', ') ?? start.rates,
    arrival: config.request_rate?.arrival ?? start.arrival,
    burstiness: text(config.request_rate?.burstiness),
    bound: config.duration_seconds === undefined ? 'num_prompts' : 'duration_seconds',
    num_prompts: text(config.num_prompts ?? 100),
    duration_seconds: text(config.duration_seconds ?? 30),
    input_len: lengthValues(config.input_len),
    output_len: lengthValues(config.output_len),
    stream: config.stream,
    ignore_eos: config.ignore_eos,
    warmup: text(config.warmup),
    timeout: text(config.timeout),
    seed: text(config.seed),
    key_source: config.api_key_env ? 'env' : config.api_key ? 'value' : 'none',
    api_key_env: text(config.api_key_env),
    ttft_ms: text(config.goodput_thresholds?.ttft_ms),
    tpot_ms: text(config.goodput_thresholds?.tpot_ms),
    e2e_ms: text(config.goodput_thresholds?.e2e_ms),
    extra_body: config.extra_body ? JSON.stringify(config.extra_body, null, 2) : '',
    kept: keptFields(config),
  }
}
