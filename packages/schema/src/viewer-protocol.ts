import { z } from 'zod'
import { GpuInfo, GpuSample } from './gpu-sample.ts'
import { LevelResult } from './level-result.ts'
import { RequestLogEntry, RunProgress } from './progress.ts'
import { RunView } from './run-result.ts'

/**
 * What a viewer of a run receives: one `snapshot` on joining, then the rest as it happens, until `completed`,
 * `failed` or `cancelled`, after which the control plane closes the socket with 1000.
 */
export const ViewerMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('snapshot'),
    run: RunView,
    history: z
      .array(RunProgress)
      .meta({ description: 'Progress so far, oldest first; the last is current.' }),
    levels: z.array(LevelResult),
    gpu: z
      .strictObject({ devices: z.array(GpuInfo), samples: z.array(GpuSample) })
      .nullable()
      .meta({ description: 'GPU samples so far, oldest first; null while there are none.' }),
  }),
  z.strictObject({ type: z.literal('progress'), status: z.literal('running'), ...RunProgress.shape }),
  z.strictObject({
    type: z.literal('gpu'),
    devices: z.array(GpuInfo).nullable().meta({ description: "With the run's first samples." }),
    samples: z.array(GpuSample),
  }),
  z.strictObject({ type: z.literal('request_log'), entries: z.array(RequestLogEntry) }),
  z.strictObject({ type: z.literal('level_result'), result: LevelResult }),
  z.strictObject({ type: z.enum(['completed', 'failed', 'cancelled']), run: RunView }),
])
export type ViewerMessage = z.infer<typeof ViewerMessage>
