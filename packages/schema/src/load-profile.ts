import { z } from 'zod'

export const Arrival = z.enum(['constant', 'poisson', 'gamma'])
export type Arrival = z.infer<typeof Arrival>

/**
 * One load level: a number of requests kept in flight (closed loop), an arrival rate per second (open loop), or the
 * timestamps of a trace divided by `speed`. A stage has its own length in `durationSeconds`.
 */
export type LoadLevel =
  | { kind: 'concurrency'; index: number; concurrency: number; durationSeconds?: number }
  | {
      kind: 'request_rate'
      index: number
      requestRate: number
      arrival: Arrival
      burstiness: number
      durationSeconds?: number
    }
  | { kind: 'replay'; index: number; speed: number }

type ArrivalChoice = { arrival?: Arrival | undefined; burstiness?: number | undefined }
type RampOfLoad = { of: 'concurrency' | 'request_rate'; from: number; to: number; steps: number }
type StageOfLoad = {
  concurrency?: number | undefined
  request_rate?: number | undefined
  duration_seconds: number
}

/** The fields of a run definition that say what load it makes; one of them is given. */
export type LoadChoice = {
  concurrency?: number[] | undefined
  request_rate?: ({ rates: number[] } & ArrivalChoice) | undefined
  ramp?: (RampOfLoad & ArrivalChoice) | undefined
  stages?: (StageOfLoad & ArrivalChoice)[] | undefined
  replay?: { speed: number } | undefined
}

type Closed = Extract<LoadLevel, { kind: 'concurrency' }>
type Open = Extract<LoadLevel, { kind: 'request_rate' }>

const closedLevel = (concurrency: number, index: number): Closed => ({
  kind: 'concurrency',
  index,
  concurrency,
})

const openLevel =
  ({ arrival = 'poisson', burstiness = 1 }: ArrivalChoice) =>
  (requestRate: number, index: number): Open => ({
    kind: 'request_rate',
    index,
    requestRate,
    arrival,
    burstiness,
  })

/** Equally spaced values from one end to the other, without the digits that floating point adds. */
function linearSteps({ from, to, steps }: RampOfLoad): number[] {
  const between = (i: number) => Number((from + ((to - from) * i) / (steps - 1)).toPrecision(12))
  return [from, ...Array.from({ length: steps - 2 }, (_, i) => between(i + 1)), to]
}

function rampLevels(ramp: RampOfLoad & ArrivalChoice): LoadLevel[] {
  if (ramp.of === 'request_rate') return linearSteps(ramp).map(openLevel(ramp))
  return [...new Set(linearSteps(ramp).map(Math.round))].map(closedLevel)
}

const stageLevel = (stage: StageOfLoad & ArrivalChoice, index: number): LoadLevel => ({
  ...(stage.request_rate === undefined
    ? closedLevel(stage.concurrency ?? 1, index)
    : openLevel(stage)(stage.request_rate, index)),
  durationSeconds: stage.duration_seconds,
})

/**
 * The load of a run, in the order it is made: each pass is the levels that are run without a pause between them. All
 * stages are one pass; every other level is a pass of its own.
 */
export function loadPasses(run: LoadChoice): LoadLevel[][] {
  if (run.stages) return [run.stages.map(stageLevel)]
  if (run.replay) return [[{ kind: 'replay', index: 0, speed: run.replay.speed }]]
  if (run.ramp) return rampLevels(run.ramp).map((level) => [level])
  if (run.request_rate) return run.request_rate.rates.map(openLevel(run.request_rate)).map((level) => [level])
  return (run.concurrency ?? [1]).map(closedLevel).map((level) => [level])
}

/** The load levels of a run, in the order they are run. */
export const loadLevels = (run: LoadChoice): LoadLevel[] => loadPasses(run).flat()
