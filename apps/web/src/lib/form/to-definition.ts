import { RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { type FieldErrors, fieldErrors } from './field-errors.ts'
import type { FormValues, LengthValues } from './form-values.ts'
import { keepsBound, keepsLoad } from './kept-fields.ts'

/** A number as typed: undefined when empty, NaN (which the schema refuses) when it is not one. */
const number = (text: string): number | undefined => {
  const trimmed = text.trim()
  return trimmed === '' ? undefined : Number(trimmed)
}

/** A required number: an empty field becomes NaN, so that the schema asks for it. */
const required = (text: string): number => number(text) ?? Number.NaN

const optionalText = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim())

/** Numbers separated by commas, semicolons or spaces. */
export const numberList = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number)

const length = (values: LengthValues): unknown =>
  values.varies
    ? {
        mean: required(values.mean),
        std: required(values.std),
        min: required(values.min),
        max: required(values.max),
      }
    : required(values.mean)

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text // The schema then says that it wants an object.
  }
}

function goodput(values: FormValues): unknown {
  const thresholds = {
    ttft_ms: number(values.ttft_ms),
    tpot_ms: number(values.tpot_ms),
    e2e_ms: number(values.e2e_ms),
  }
  const given = Object.entries(thresholds).filter(([, value]) => value !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

const load = (values: FormValues): object =>
  values.load === 'concurrency'
    ? { concurrency: numberList(values.concurrency) }
    : {
        request_rate: {
          rates: numberList(values.rates),
          arrival: values.arrival,
          ...(values.arrival === 'gamma' && { burstiness: number(values.burstiness) }),
        },
      }

const bound = (values: FormValues): object =>
  values.bound === 'num_prompts'
    ? { num_prompts: required(values.num_prompts) }
    : { duration_seconds: required(values.duration_seconds) }

const secret = (values: FormValues): object => {
  if (values.key_source === 'value') return { api_key: values.api_key }
  return values.key_source === 'env' ? { api_key_env: values.api_key_env.trim() } : {}
}

/** The request body the form stands for, not validated; fields left empty are absent. */
export function definitionInput(values: FormValues): Record<string, unknown> {
  const body = {
    name: optionalText(values.name),
    server_url: values.server_url.trim(),
    model: values.model,
    endpoint: values.endpoint,
    ...(keepsLoad(values.kept) ? {} : load(values)),
    ...(keepsBound(values.kept) ? {} : bound(values)),
    input_len: length(values.input_len),
    output_len: length(values.output_len),
    stream: values.stream,
    ignore_eos: values.ignore_eos,
    warmup: required(values.warmup),
    timeout: required(values.timeout),
    seed: required(values.seed),
    ...secret(values),
    goodput_thresholds: goodput(values),
    extra_body: parseJson(values.extra_body),
    ...values.kept,
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

export type Validated =
  | { ok: true; definition: RunDefinition; input: RunDefinitionInput }
  | { ok: false; errors: FieldErrors }

/** Validates with the schema the control plane itself uses. */
export function validate(values: FormValues): Validated {
  const input = definitionInput(values)
  const parsed = RunDefinition.safeParse(input)
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error.issues) }
  // The parsed definition with its defaults filled in is itself a valid input; undefined fields are dropped by JSON.
  return { ok: true, definition: parsed.data, input: parsed.data }
}
