import type { RunConfig, TokenLength } from '@llm-loadtest/schema'

/** Fields of an earlier run that the form has no control for. */
const WITHOUT_CONTROL = [
  'ramp',
  'stages',
  'replay',
  'max_concurrency',
  'grace_seconds',
  'prefix',
  'dataset',
] as const

/** What goes over from an earlier run as it was, since no control can hold it. */
export type KeptFields = Partial<RunConfig>

/** Whether the load is a kept one, so that the form's own does not count. */
export const keepsLoad = ({ ramp, stages, replay }: KeptFields): boolean =>
  ramp !== undefined || stages !== undefined || replay !== undefined

/** Whether the load has an end of its own, so that the form's bound does not count. */
export const keepsBound = ({ stages, replay }: KeptFields): boolean =>
  stages !== undefined || replay !== undefined

const hasNoControl = (length: TokenLength): boolean => typeof length !== 'number' && !('mean' in length)

/** The fields of a configuration that the form cannot show. */
export function keptFields(config: RunConfig): KeptFields {
  const { replay, input_len, output_len, cooldown, tokenizer, num_prompts, duration_seconds } = config
  return {
    ...Object.fromEntries(
      WITHOUT_CONTROL.filter((field) => config[field] !== undefined).map((field) => [field, config[field]]),
    ),
    ...(hasNoControl(input_len) && { input_len }),
    ...(hasNoControl(output_len) && { output_len }),
    ...(cooldown > 0 && { cooldown }),
    ...(tokenizer !== 'auto' && { tokenizer }),
    ...(replay && num_prompts !== undefined && { num_prompts }),
    ...(replay && duration_seconds !== undefined && { duration_seconds }),
  }
}
