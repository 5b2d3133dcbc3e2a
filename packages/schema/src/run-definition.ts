import { z } from 'zod'
import { AgentId } from './id.ts'
import { labelText } from './label.ts'
import { Arrival, TokenLength } from './load-profile.ts'
import { ExtraBody, ExtraHeaders, HEADER_VALUE } from './request-additions.ts'

export const MAX_LEVELS = 100
// URL.parse is younger than browsers this schema runs in.
function parsedUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

const ServerUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .max(2048)
  .refine((text) => {
    const url = parsedUrl(text)
    return url === null || (url.username === '' && url.password === '')
  }, 'must not carry a user name or password: use api_key, api_key_env or headers')

export const GoodputThresholds = z
  .strictObject({
    ttft_ms: z.number().positive().optional().meta({ description: 'Largest TTFT, ms.' }),
    tpot_ms: z.number().positive().optional().meta({ description: 'Largest TPOT, ms.' }),
    e2e_ms: z.number().positive().optional().meta({ description: 'Largest end-to-end latency, ms.' }),
  })
  .refine(
    (slo) => Object.values(slo).some((value) => value !== undefined),
    'give at least one of ttft_ms, tpot_ms, e2e_ms',
  )
  .meta({ description: 'Service level objectives: a request is good when it meets every one given.' })

const RequestRate = z
  .strictObject({
    rates: z.array(z.number().positive().max(100_000)).min(1).max(MAX_LEVELS),
    arrival: Arrival.default('poisson'),
    burstiness: z.number().positive().max(1000).optional().meta({
      description: 'Shape of the gamma arrival: 1 is Poisson, below 1 burstier, above 1 more regular.',
    }),
  })
  .refine((rate) => rate.burstiness === undefined || rate.arrival === 'gamma', {
    path: ['burstiness'],
    message: 'applies to arrival "gamma" only',
  })
  .meta({ description: 'Open loop: requests per second, one load level a rate.' })

const fields = {
  name: labelText(200).optional(),
  tags: z.array(labelText(50)).max(20).optional(),
  agent_id: AgentId.optional().meta({
    description: 'Run on this agent only; any agent with a free slot otherwise.',
  }),
  server_url: ServerUrl.meta({
    description: 'Address of the LLM server as the agent sees it, with or without /v1.',
    example: 'http://127.0.0.1:8000',
  }),
  model: labelText(300).meta({ example: 'Qwen/Qwen3-8B' }),
  adapter: z.literal('openai').default('openai'),
  endpoint: z.enum(['chat', 'completions']).default('chat'),
  concurrency: z
    .array(z.int().min(1).max(100_000))
    .min(1)
    .max(MAX_LEVELS)
    .optional()
    .meta({
      description: 'Closed loop: requests in flight, one load level a number. [1] when no load is given.',
      example: [1, 4, 16],
    }),
  request_rate: RequestRate.optional(),
  num_prompts: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .meta({ description: 'Measured requests a level. 100 when neither this nor duration_seconds is given.' }),
  duration_seconds: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .meta({ description: 'Length of each level, s.' }),
  input_len: TokenLength.default(256).meta({ description: 'Prompt tokens of a request.' }),
  output_len: TokenLength.default(128).meta({ description: 'Output tokens asked for (max_tokens).' }),
  stream: z.boolean().default(true),
  warmup: z
    .int()
    .min(0)
    .max(10_000)
    .default(3)
    .meta({ description: 'Requests before each level that are not measured.' }),
  timeout: z
    .number()
    .positive()
    .max(3600)
    .default(120)
    .meta({ description: 'Longest time for one request, s.' }),
  api_key: z.string().min(1).max(4096).regex(HEADER_VALUE, 'must be printable ASCII').optional(),
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is not the name of an environment variable')
    .optional()
    .meta({
      description:
        "Name of a variable in the agent's environment that holds the API key. A joined agent gives out names that end in _API_KEY only.",
    }),
  headers: ExtraHeaders.optional(),
  extra_body: ExtraBody.optional(),
  ignore_eos: z
    .boolean()
    .default(false)
    .meta({ description: 'Ask the server to generate exactly output_len tokens.' }),
  seed: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .default(0)
    .meta({ description: 'Seed of prompts, lengths and arrivals.' }),
  goodput_thresholds: GoodputThresholds.optional(),
  tokenizer: z.enum(['auto', 'o200k_base', 'cl100k_base']).default('auto').meta({
    description: 'Tokenizer for prompts and for counts the server does not report; auto chooses by model.',
  }),
}

type Fields = z.infer<z.ZodObject<typeof fields>>

function checkChoices(run: Fields, ctx: z.RefinementCtx): void {
  const either = (a: keyof Fields, b: keyof Fields) => {
    if (run[a] !== undefined && run[b] !== undefined) {
      ctx.addIssue({ code: 'custom', path: [b], message: `give either ${a} or ${b}, not both` })
    }
  }
  either('concurrency', 'request_rate')
  either('num_prompts', 'duration_seconds')
  either('api_key', 'api_key_env')
  for (const slo of ['ttft_ms', 'tpot_ms'] as const) {
    if (!run.stream && run.goodput_thresholds?.[slo] !== undefined) {
      ctx.addIssue({
        code: 'custom',
        path: ['goodput_thresholds', slo],
        message: 'cannot be measured with stream false',
      })
    }
  }
}

/** What a client sends to start a run. Unknown fields are refused; `parse` fills every default. */
export const RunDefinition = z
  .strictObject(fields)
  .superRefine(checkChoices)
  .transform((run) => ({
    ...run,
    concurrency: run.request_rate ? undefined : (run.concurrency ?? [1]),
    num_prompts: run.duration_seconds === undefined ? (run.num_prompts ?? 100) : undefined,
  }))

export type RunDefinitionInput = z.input<typeof RunDefinition>
export type RunDefinition = z.output<typeof RunDefinition>

/** A run's configuration as it is shown: every default filled in, secrets masked. */
export const RunConfig = z
  .strictObject({
    ...fields,
    api_key: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'RunConfig' })
export type RunConfig = z.output<typeof RunConfig>
