import type { MessagePort } from 'node:worker_threads'
import type { LevelEvidence, RunDefinition } from '@llm-loadtest/schema'
import type { Share } from '../load/share.ts'
import type { EndedRequest } from './ended-request.ts'

/** What the load workers of a run have in common. */
export type CrewSettings = {
  definition: RunDefinition
  /** The key itself, whether it came with the run or from a variable. */
  apiKey: string | undefined
  /** Begins the ids of this run's requests, and of no other's. */
  requestPrefix: string
  /** Most requests a second of the trace that is replayed; 0 when none is. */
  replayRate: number
  /** Most requests in flight over all workers where a schedule sets no limit. */
  maxInFlight: number
}

/** A worker's share of a pass of loadPasses(definition), or of the warm-up before it. */
export type PassPart = { part: 'warmup' | 'measure'; pass: number; share: Share }

/** Main thread to load worker. Only one part of a pass is under way at a time. */
export type WorkerCommand =
  | { kind: 'prepare'; part: PassPart }
  /** Begins what was prepared. @property atMs on monotonicMs()'s clock */
  | { kind: 'start'; atMs: number }
  /** Ends what is prepared or under way: what is in flight is cancelled. */
  | { kind: 'cancel' }
  /** Closes connections and ends the thread. */
  | { kind: 'close' }

/** Load worker to main thread. */
export type WorkerReport =
  | { kind: 'online'; clockOffsetMs: number }
  | { kind: 'ready' }
  /** Requests that ended since the last report; totals since the part began. Times are on the worker's own clock. */
  | { kind: 'progress'; ended: EndedRequest[]; sent: number; outputTokens: number }
  /** The worker sends no more of a level; `sent` counts its slots, dropped ones too. */
  | { kind: 'level_over'; levelIndex: number; sent: number; evidence: LevelEvidence }
  | { kind: 'over' }
  | { kind: 'failed'; message: string }

export type WorkerData = CrewSettings & { tokens: MessagePort }
