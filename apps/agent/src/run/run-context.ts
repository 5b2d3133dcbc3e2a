import type { LoadLevel, RunDefinition } from '@llm-loadtest/schema'
import type { Crew } from '../crew/crew.ts'
import type { EncodingChoice } from '../tokens/encodings.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import type { RunSink } from './run-sink.ts'

/** What the parts of one run share. */
export type RunContext = {
  definition: RunDefinition
  /** The levels of each pass, as loadPasses gives them. */
  passes: LoadLevel[][]
  crew: Crew
  tokenizer: Tokenizer
  choice: EncodingChoice
  sink: RunSink
  signal: AbortSignal
  levelCount: number
  /** Requests of the trace that is replayed; null when none is. */
  traceRequests: number | null
  /** The run's start on performance.now()'s clock, ms. */
  start: number
}
