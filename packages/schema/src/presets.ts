import type { RunDefinitionInput } from './run-definition.ts'

export type PresetConfig = Pick<
  RunDefinitionInput,
  'concurrency' | 'num_prompts' | 'input_len' | 'output_len'
>

/** Starting values everyone has; read-only. */
export const BUILT_IN_PRESETS: readonly { name: 'Quick' | 'Standard' | 'Stress'; config: PresetConfig }[] = [
  { name: 'Quick', config: { concurrency: [1, 5, 10], num_prompts: 50, input_len: 128, output_len: 64 } },
  {
    name: 'Standard',
    config: { concurrency: [1, 10, 50, 100], num_prompts: 200, input_len: 256, output_len: 128 },
  },
  {
    name: 'Stress',
    config: { concurrency: [10, 50, 100, 200, 500], num_prompts: 500, input_len: 512, output_len: 256 },
  },
]
