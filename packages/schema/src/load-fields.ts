import { z } from 'zod'
import { Arrival } from './load-profile.ts'

export const MAX_LEVELS = 100

const Concurrency = z.int().min(1).max(100_000)
const RatePerSecond = z.number().positive().max(100_000)
const Seconds = z.number().positive().max(86_400)
const Burstiness = z.number().positive().max(1000).meta({
  description: 'Shape of the gamma arrival: 1 is Poisson, below 1 burstier, above 1 more regular.',
})

type ArrivalChoice = { arrival?: Arrival | undefined; burstiness?: number | undefined }

function checkBurstiness({ arrival, burstiness }: ArrivalChoice, ctx: z.RefinementCtx): void {
  if (burstiness === undefined || arrival === 'gamma') return
  ctx.addIssue({ code: 'custom', path: ['burstiness'], message: 'applies to arrival "gamma" only' })
}

/** Refuses what only an open loop has where the load is a closed one. */
function checkClosed(choice: ArrivalChoice, ctx: z.RefinementCtx): void {
  for (const field of ['arrival', 'burstiness'] as const) {
    if (choice[field] === undefined) continue
    ctx.addIssue({ code: 'custom', path: [field], message: 'applies to request_rate, not to concurrency' })
  }
}

const RequestRate = z
  .strictObject({
    rates: z.array(RatePerSecond).min(1).max(MAX_LEVELS),
    arrival: Arrival.default('poisson'),
    burstiness: Burstiness.optional(),
  })
  .superRefine(checkBurstiness)
  .meta({ description: 'Open loop: requests per second, one load level a rate.' })

const Ramp = z
  .strictObject({
    of: z.enum(['concurrency', 'request_rate']),
    from: z.number().positive().max(100_000),
    to: z.number().positive().max(100_000),
    steps: z.int().min(2).max(MAX_LEVELS),
    arrival: Arrival.optional(),
    burstiness: Burstiness.optional(),
  })
  .superRefine((ramp, ctx) => {
    if (ramp.from === ramp.to) {
      ctx.addIssue({ code: 'custom', path: ['to'], message: 'must differ from "from"' })
    }
    if (ramp.of === 'request_rate') return checkBurstiness(ramp, ctx)
    checkClosed(ramp, ctx)
    for (const end of ['from', 'to'] as const) {
      if (Number.isInteger(ramp[end])) continue
      ctx.addIssue({ code: 'custom', path: [end], message: 'must be a whole number of requests in flight' })
    }
  })
  .meta({
    description:
      'Equally spaced load levels from one end to the other; concurrency is rounded, and a number that comes twice is run once.',
  })

const Stage = z
  .strictObject({
    concurrency: Concurrency.optional(),
    request_rate: RatePerSecond.optional(),
    duration_seconds: Seconds,
    arrival: Arrival.optional(),
    burstiness: Burstiness.optional(),
  })
  .superRefine((stage, ctx) => {
    if ((stage.concurrency === undefined) === (stage.request_rate === undefined)) {
      ctx.addIssue({ code: 'custom', message: 'must have either concurrency or request_rate' })
      return
    }
    if (stage.request_rate === undefined) checkClosed(stage, ctx)
    else checkBurstiness(stage, ctx)
  })

const Replay = z
  .strictObject({
    speed: z.number().positive().max(1000).default(1).meta({
      description: 'How many times faster than in the trace: its timestamps are divided by this.',
    }),
  })
  .meta({ description: 'Sends at the timestamps of the dataset (format mooncake).' })

/** The fields of a run definition that say what load is made, and for how long. */
export const loadFields = {
  concurrency: z
    .array(Concurrency)
    .min(1)
    .max(MAX_LEVELS)
    .optional()
    .meta({
      description: 'Closed loop: requests in flight, one load level a number. [1] when no load is given.',
      example: [1, 4, 16],
    }),
  request_rate: RequestRate.optional(),
  ramp: Ramp.optional(),
  stages: z.array(Stage).min(1).max(MAX_LEVELS).optional().meta({
    description:
      'One load after another without a pause: a request belongs to the stage it was sent in, and may outlast it.',
  }),
  replay: Replay.optional(),
  max_concurrency: Concurrency.optional().meta({
    description:
      'Most requests in flight where the load is a schedule (rates, replay): a slot that finds it reached is DROPPED and counted. 16384 when not given.',
  }),
  num_prompts: z.int().min(1).max(10_000_000).optional().meta({
    description:
      'Requests a level. 100 when neither this nor duration_seconds is given, the whole trace with replay.',
  }),
  duration_seconds: Seconds.optional().meta({ description: 'Length of each level, s.' }),
  grace_seconds: z.number().min(0).max(3600).optional().meta({
    description:
      'How long requests in flight may go on after the duration before they are CANCELLED, s. The smaller of timeout and 30 when not given.',
  }),
  warmup: z
    .int()
    .min(0)
    .max(10_000)
    .default(3)
    .meta({ description: 'Requests before each level that are not measured.' }),
  cooldown: z.int().min(0).max(10_000).default(0).meta({
    description: 'The last so many requests of each level are sent and recorded, but not measured.',
  }),
}

type LoadFields = z.infer<z.ZodObject<typeof loadFields>>

/** Requests of a level when no bound is given. */
export const DEFAULT_NUM_PROMPTS = 100

const LOADS = ['concurrency', 'request_rate', 'ramp', 'stages', 'replay'] as const

const isScheduled = (run: LoadFields): boolean =>
  run.request_rate !== undefined ||
  run.replay !== undefined ||
  run.ramp?.of === 'request_rate' ||
  (run.stages ?? []).some((stage) => stage.request_rate !== undefined)

/** Refuses bounds that the load does not have. */
function checkBounds(run: LoadFields, issue: (field: keyof LoadFields, message: string) => void): void {
  if (run.stages) {
    for (const field of ['num_prompts', 'duration_seconds'] as const) {
      if (run[field] !== undefined) issue(field, 'does not go with stages: each has a length of its own')
    }
  } else if (run.num_prompts !== undefined && run.duration_seconds !== undefined) {
    issue('duration_seconds', 'give either num_prompts or duration_seconds, not both')
  }
  const timed = run.stages !== undefined || run.duration_seconds !== undefined
  if (run.grace_seconds !== undefined && !timed) {
    issue('grace_seconds', 'goes with duration_seconds or stages: without them every request is waited for')
  }
  if (run.cooldown === 0) return
  if (timed) issue('cooldown', 'goes with num_prompts: a level bounded by time has no last request')
  const total = run.num_prompts ?? (run.replay ? Number.POSITIVE_INFINITY : DEFAULT_NUM_PROMPTS)
  if (!timed && run.cooldown >= total) issue('cooldown', `must be less than num_prompts (${total})`)
}

/** Refuses wrong combinations of the fields above, in words. */
export function checkLoad(run: LoadFields, ctx: z.RefinementCtx): void {
  const issue = (field: keyof LoadFields, message: string) =>
    ctx.addIssue({ code: 'custom', path: [field], message })
  const [first, ...more] = LOADS.filter((load) => run[load] !== undefined)
  for (const load of more) issue(load, `give either ${first} or ${load}, not both`)
  if (run.max_concurrency !== undefined && !isScheduled(run)) {
    issue('max_concurrency', 'goes with request rates and replay: a closed loop never has more in flight')
  }
  checkBounds(run, issue)
}

/** The load with its defaults: concurrency [1], and 100 requests a level. */
export function withLoadDefaults<T extends LoadFields>(run: T) {
  const chosen = LOADS.some((load) => run[load] !== undefined)
  const bounded = run.duration_seconds !== undefined || run.stages !== undefined || run.replay !== undefined
  return {
    ...run,
    concurrency: chosen ? run.concurrency : [1],
    num_prompts: run.num_prompts ?? (bounded ? undefined : DEFAULT_NUM_PROMPTS),
  }
}
