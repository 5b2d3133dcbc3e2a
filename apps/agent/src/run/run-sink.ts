import type {
  LevelResult,
  RequestLogEntry,
  RequestRecord,
  RunError,
  RunEvent,
  RunProgress,
} from '@llm-loadtest/schema'

type Body<T extends RunEvent['type']> = Omit<Extract<RunEvent, { type: T }>, 'run_id' | 'seq'>

/** What a run gives out, in the order it happens; the last is `run_complete` or `run_failed`. */
export type RunOutput =
  | { type: 'progress'; progress: RunProgress; log: RequestLogEntry[] }
  | { type: 'records'; levelIndex: number; records: RequestRecord[] }
  | { type: 'level_result'; result: LevelResult }
  | Body<'gpu'>
  | Body<'run_complete'>
  | { type: 'run_failed'; error: RunError }

/** Where a run's output goes: into a result here, or over the link to a control plane. */
export interface RunSink {
  /** Takes the next output at once; what must be slow is done later, in the same order. */
  write(output: RunOutput): void
  /** Resolves when all that was written is kept safe; rejects when something could not be. */
  flushed(): Promise<void>
}
