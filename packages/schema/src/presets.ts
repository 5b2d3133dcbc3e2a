import { z } from 'zod'
import { labelText } from './label.ts'
import { RunDefinition, runFields } from './run-definition.ts'

const BUILT_IN_IDS = ['preset_quick', 'preset_standard', 'preset_stress'] as const

export const PresetId = z
  .string()
  .regex(
    new RegExp(`^(preset_[0-9A-HJKMNP-TV-Z]{26}|${BUILT_IN_IDS.join('|')})$`),
    `is not a preset id (preset_ and 26 characters, or ${BUILT_IN_IDS.join(', ')})`,
  )
  .meta({ description: 'Identifier of a preset.', example: 'preset_quick' })

const { api_key: _key, headers: _headers, ...fields } = runFields

/** Part of a run definition without its secrets; what it leaves out stays open, so no default is filled in. */
const partOfRun = z
  .strictObject({
    ...fields,
    adapter: fields.adapter.unwrap(),
    endpoint: fields.endpoint.unwrap(),
    warmup: fields.warmup.unwrap(),
    cooldown: fields.cooldown.unwrap(),
    input_len: fields.input_len.unwrap(),
    output_len: fields.output_len.unwrap(),
    tokenizer: fields.tokenizer.unwrap(),
    stream: fields.stream.unwrap(),
    timeout: fields.timeout.unwrap(),
    ignore_eos: fields.ignore_eos.unwrap(),
    seed: fields.seed.unwrap(),
  })
  .partial()

/** What a preset sets of a run definition. */
export const PresetConfig = partOfRun.meta({ id: 'PresetConfig' })
export type PresetConfig = z.infer<typeof PresetConfig>

/** Refuses what could not be run once a server and a model are added, in the words of the run definition. */
function checkRunnable(config: PresetConfig, ctx: z.RefinementCtx): void {
  // What the fields themselves refused would be said twice.
  if (ctx.issues.length > 0) return
  const run = RunDefinition.safeParse({ server_url: 'http://preset.invalid', model: 'any', ...config })
  for (const { path, message } of run.error?.issues ?? []) ctx.addIssue({ code: 'custom', path, message })
}

const notKept = (what: string, instead: string) =>
  z.never({ error: `a preset keeps no ${what}: ${instead}` }).optional()

/** A preset as a client sends it, to create one or in place of another. */
export const NewPreset = z
  .strictObject({
    name: labelText(100).meta({ description: 'One of a kind, whatever its case.', example: 'Nightly' }),
    config: partOfRun
      .extend({
        api_key: notKept('API key', 'use api_key_env, or give it when the run is started'),
        headers: notKept('headers, whose values may be secret', 'give them when the run is started'),
      })
      .superRefine(checkRunnable)
      .meta({ description: 'Fields of a run definition; those left out stay open.' }),
  })
  .meta({ id: 'NewPreset' })

export const Preset = z
  .strictObject({
    preset_id: PresetId,
    name: z.string(),
    built_in: z.boolean().meta({ description: 'Comes with the product and cannot be changed.' }),
    config: PresetConfig,
    created_at: z.iso.datetime().nullable().meta({ description: 'null of a built-in one.' }),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Preset' })
export type Preset = z.infer<typeof Preset>

export const PresetList = z.strictObject({ presets: z.array(Preset) }).meta({ id: 'PresetList' })

/** Starting values everyone has; read-only. */
export const BUILT_IN_PRESETS = [
  {
    preset_id: 'preset_quick',
    name: 'Quick',
    config: { concurrency: [1, 5, 10], num_prompts: 50, input_len: 128, output_len: 64 },
  },
  {
    preset_id: 'preset_standard',
    name: 'Standard',
    config: { concurrency: [1, 10, 50, 100], num_prompts: 200, input_len: 256, output_len: 128 },
  },
  {
    preset_id: 'preset_stress',
    name: 'Stress',
    config: { concurrency: [10, 50, 100, 200, 500], num_prompts: 500, input_len: 512, output_len: 256 },
  },
] satisfies {
  preset_id: (typeof BUILT_IN_IDS)[number]
  name: 'Quick' | 'Standard' | 'Stress'
  config: PresetConfig
}[]

/** What two names share when they differ in case or in how their characters are composed only. */
export const presetNameKey = (name: string): string => name.normalize('NFC').toLowerCase()
