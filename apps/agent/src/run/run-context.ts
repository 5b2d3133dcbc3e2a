import type { RunDefinition } from '@llm-loadtest/schema'
import type { Backend } from '../backends/backend.ts'
import type { EncodingChoice } from '../tokens/encodings.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import type { RunSink } from './run-sink.ts'

/** What the parts of one run share. */
export type RunContext = {
  definition: RunDefinition
  backend: Backend
  tokenizer: Tokenizer
  choice: EncodingChoice
  sink: RunSink
  signal: AbortSignal
  levelCount: number
  /** Begins the ids of this run's requests, and of no other's. */
  requestPrefix: string
  /** The run's start on performance.now()'s clock, ms. */
  start: number
}
