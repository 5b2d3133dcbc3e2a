import { FLAG_OF_FIELD, given, toNumber, toWhole, usage } from './flag-usage.ts'
import type { RunFlags } from './run-flags.ts'

const LOAD_FLAGS = [
  ['concurrency', 'concurrency'],
  ['request_rate', 'rate'],
  ['stages', 'stages'],
  ['replay', 'replay'],
] as const

type ListField = 'concurrency' | 'request_rate'

function list(field: ListField, text: string): number[] {
  return text.split(',').map((part) => (field === 'concurrency' ? toWhole : toNumber)(field, part))
}

/** `from..to:steps` as a ramp; null when the text is a list. */
function ramp(
  field: ListField,
  text: string,
): { of: ListField; from: number; to: number; steps: number } | null {
  if (!text.includes('..')) return null
  const [, from, to, steps] = /^(.+?)\.\.(.+):(.+)$/.exec(text) ?? []
  if (from === undefined || to === undefined || steps === undefined) {
    throw usage(field, `"${text}" is not from..to:steps`)
  }
  return { of: field, from: toNumber(field, from), to: toNumber(field, to), steps: toWhole(field, steps) }
}

function stage(text: string): { concurrency?: number; request_rate?: number; duration_seconds: number } {
  const [, kind, load, length, unit] = /^([cr])([^:]+):(.+?)([sm]?)$/.exec(text.trim()) ?? []
  if (load === undefined || length === undefined) {
    throw usage('stages', `"${text}" is not c<concurrency>:<length> or r<rate>:<length>`)
  }
  const duration_seconds = toNumber('stages', length) * (unit === 'm' ? 60 : 1)
  return kind === 'c'
    ? { concurrency: toWhole('stages', load), duration_seconds }
    : { request_rate: toNumber('stages', load), duration_seconds }
}

/** --arrival and --burstiness, for whatever has a rate. */
function arrivals({ arrival, burstiness }: RunFlags): { arrival?: string; burstiness?: number } {
  return {
    ...(arrival === undefined ? {} : { arrival }),
    ...(burstiness === undefined ? {} : { burstiness: toNumber('request_rate.burstiness', burstiness) }),
  }
}

function stages(flags: RunFlags, text: string): object[] {
  return text
    .split(',')
    .map(stage)
    .map((one) => (one.request_rate === undefined ? one : { ...one, ...arrivals(flags) }))
}

/** Refuses two loads at once, and arrivals without a rate. */
function checkLoadFlags(flags: RunFlags): void {
  const [first, second] = LOAD_FLAGS.filter(([, flag]) => flags[flag] !== undefined)
  if (first && second) {
    const [one, other] = [FLAG_OF_FIELD[first[0]]?.[0], FLAG_OF_FIELD[second[0]]?.[0]]
    throw usage(second[0], `give either ${one} or ${other}, not both`)
  }
  if (flags.rate !== undefined || /(^|,)\s*r/.test(flags.stages ?? '')) return
  for (const flag of ['arrival', 'burstiness'] as const) {
    if (flags[flag] !== undefined) {
      throw usage(`request_rate.${flag}`, 'applies to --rate and to stages by rate only')
    }
  }
}

/** The fields of a definition that say what load is made, and for how long. */
export function loadOfFlags(flags: RunFlags): Record<string, unknown> {
  checkLoadFlags(flags)
  const closedRamp = given(flags.concurrency, (text) => ramp('concurrency', text))
  const openRamp = given(flags.rate, (text) => ramp('request_rate', text))
  const rates = openRamp ? undefined : flags.rate
  return {
    concurrency: closedRamp ? undefined : given(flags.concurrency, (text) => list('concurrency', text)),
    request_rate: given(rates, (text) => ({ rates: list('request_rate', text), ...arrivals(flags) })),
    ramp: closedRamp ?? (openRamp ? { ...openRamp, ...arrivals(flags) } : undefined),
    stages: given(flags.stages, (text) => stages(flags, text)),
    replay: flags.replay === true ? {} : given(flags.replay, (text) => ({ speed: toNumber('replay', text) })),
    max_concurrency: given(flags.maxConcurrency, (text) => toWhole('max_concurrency', text)),
    num_prompts: given(flags.numPrompts, (text) => toWhole('num_prompts', text)),
    duration_seconds: given(flags.duration, (text) => toNumber('duration_seconds', text)),
    grace_seconds: given(flags.grace, (text) => toNumber('grace_seconds', text)),
    warmup: given(flags.warmup, (text) => toWhole('warmup', text)),
    cooldown: given(flags.cooldown, (text) => toWhole('cooldown', text)),
  }
}

/** The load whose flag wrote a ramp, which has no flag of its own. */
export const loadOfRamp = (flags: RunFlags): ListField =>
  flags.rate === undefined ? 'concurrency' : 'request_rate'
