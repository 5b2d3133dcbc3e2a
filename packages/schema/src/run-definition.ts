import { z } from 'zod'
import { AgentId } from './id.ts'
import { labelText } from './label.ts'
import { checkLoad, loadFields, withLoadDefaults } from './load-fields.ts'
import { ExtraBody, ExtraHeaders, HEADER_VALUE } from './request-additions.ts'
import { checkWorkload, workloadFields } from './workload-fields.ts'

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

/** The fields of a run definition, each with its default if it has one. */
export const runFields = {
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
  ...loadFields,
  ...workloadFields,
  stream: z.boolean().default(true),
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
}

type Fields = z.infer<z.ZodObject<typeof runFields>>

function checkChoices(run: Fields, ctx: z.RefinementCtx): void {
  checkLoad(run, ctx)
  checkWorkload(run, ctx)
  if (run.api_key !== undefined && run.api_key_env !== undefined) {
    const message = 'give either api_key or api_key_env, not both'
    ctx.addIssue({ code: 'custom', path: ['api_key_env'], message })
  }
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
export const RunDefinition = z.strictObject(runFields).superRefine(checkChoices).transform(withLoadDefaults)

export type RunDefinitionInput = z.input<typeof RunDefinition>
export type RunDefinition = z.output<typeof RunDefinition>

/** A run's configuration as it is shown: every default filled in, secrets masked. */
export const RunConfig = z
  .strictObject({
    ...runFields,
    api_key: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tokenizer: z.string().default('auto'),
  })
  .meta({ id: 'RunConfig' })
export type RunConfig = z.output<typeof RunConfig>
