import { BUILT_IN_PRESETS, type Preset, presetNameKey } from '@llm-loadtest/schema'

/** The presets that come with the product, as they are listed. */
export const builtInPresets: readonly Preset[] = BUILT_IN_PRESETS.map((preset) => ({
  ...preset,
  built_in: true,
  created_at: null,
  updated_at: null,
}))

export const builtInPreset = (presetId: string): Preset | undefined =>
  builtInPresets.find(({ preset_id }) => preset_id === presetId)

/** Whether a built-in preset has this name, whatever its case. */
export const isBuiltInName = (name: string): boolean =>
  builtInPresets.some((preset) => presetNameKey(preset.name) === presetNameKey(name))
