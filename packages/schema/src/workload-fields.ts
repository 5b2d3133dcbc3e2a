import { z } from 'zod'

const TokenCount = z.int().min(1).max(1_000_000)

const range = { min: TokenCount, max: TokenCount }
// With an unknown field it is no range at all: the union then says what it takes, and not that `mean` is unknown.
const TokenRange = z.strictObject(range).check((payload) => {
  if (payload.issues.length > 0) payload.aborted = true
})

/** A number of tokens: fixed, drawn from a normal distribution cut to [min, max], or evenly from [min, max]. */
export const TokenLength = z
  .union(
    [
      TokenCount,
      z.strictObject({ mean: TokenCount, std: z.number().min(0).max(1_000_000), ...range }),
      TokenRange,
    ],
    { error: 'must be a whole number of tokens, 1 to 1000000, {mean, std, min, max} or {min, max}' },
  )
  .superRefine((length, ctx) => {
    if (typeof length === 'number') return
    const { min, max } = length
    const middle = 'mean' in length ? length.mean : min
    if (min <= middle && middle <= max) return
    const order = 'mean' in length ? 'min <= mean <= max' : 'min <= max'
    ctx.addIssue({ code: 'custom', message: `must satisfy ${order}` })
  })
export type TokenLength = z.infer<typeof TokenLength>

/** The shortest length that can be drawn, tokens. */
export const shortestLength = (length: TokenLength): number =>
  typeof length === 'number' ? length : length.min

/** The length to expect on average, tokens. */
export function expectedLength(length: TokenLength): number {
  if (typeof length === 'number') return length
  return 'mean' in length ? length.mean : (length.min + length.max) / 2
}

const FilePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !/\p{Cc}/u.test(path), 'must not hold control characters')

export const DatasetFormat = z.enum(['auto', 'jsonl', 'sharegpt', 'mooncake'])
export type DatasetFormat = z.infer<typeof DatasetFormat>

const Dataset = z
  .strictObject({
    path: FilePath.meta({
      description: 'File on the agent. A joined agent reads below its --data-dir only, by a relative path.',
    }),
    format: DatasetFormat.default('auto'),
    order: z.enum(['file', 'shuffled']).default('file'),
    multi_turn: z.boolean().default(false).meta({
      description:
        "Each turn of a conversation is a request that carries the turns before, with the server's own replies.",
    }),
    output: z.enum(['file', 'output_len']).default('file').meta({
      description: 'Whether output lengths come from the file, where it has them, or from output_len.',
    }),
  })
  .meta({ description: 'Prompts from a file instead of generated ones; input_len does not apply then.' })

const SharedPrefix = z
  .strictObject({
    len: TokenCount.meta({ description: 'Tokens at the start of a prompt that its whole group shares.' }),
    groups: z.int().min(1).max(100_000).default(1).meta({
      description: 'Number of different prefixes: request i has that of group i % groups.',
    }),
  })
  .meta({ description: 'Generated prompts that begin alike; input_len counts the whole prompt.' })

const TokenizerName = z
  .union([z.enum(['auto', 'o200k_base', 'cl100k_base']), z.templateLiteral([z.string(), '.json'])], {
    error: 'must be auto, o200k_base, cl100k_base or the path of a tokenizer.json on the agent',
  })
  .refine(
    (name) => FilePath.safeParse(name).success,
    'must be at most 4096 characters without control characters',
  )

/** The fields of a run definition that say what is sent. */
export const workloadFields = {
  input_len: TokenLength.default(256).meta({ description: 'Prompt tokens of a request.' }),
  output_len: TokenLength.default(128).meta({ description: 'Output tokens asked for (max_tokens).' }),
  prefix: SharedPrefix.optional(),
  dataset: Dataset.optional(),
  tokenizer: TokenizerName.default('auto').meta({
    description:
      'Tokenizer for prompts and for counts the server does not report: auto chooses by model; a path is that of a tokenizer.json on the agent.',
  }),
}

type WorkloadFields = z.infer<z.ZodObject<typeof workloadFields>> & {
  endpoint: 'chat' | 'completions'
  replay?: object | undefined
}

/** Refuses wrong combinations of the fields above, in words. */
export function checkWorkload(run: WorkloadFields, ctx: z.RefinementCtx): void {
  const issue = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message })
  const { dataset, prefix, replay } = run
  if (dataset && prefix) issue(['prefix'], 'does not go with dataset: the file has the prompts')
  const shortest = shortestLength(run.input_len)
  if (!dataset && prefix && prefix.len >= shortest) {
    issue(['prefix', 'len'], `must be less than the shortest prompt: input_len may be ${shortest}`)
  }
  if (dataset?.multi_turn && run.endpoint !== 'chat') {
    issue(['dataset', 'multi_turn'], 'goes with endpoint "chat": a conversation is a list of messages')
  }
  if (dataset?.multi_turn && (replay || dataset.format === 'mooncake')) {
    issue(['dataset', 'multi_turn'], 'does not go with a trace: it has no conversations')
  }
  if (!replay) return
  if (!dataset) {
    issue(['replay'], 'needs a dataset whose requests have timestamps (format mooncake)')
    return
  }
  if (dataset.format === 'jsonl' || dataset.format === 'sharegpt') {
    issue(['dataset', 'format'], 'has no timestamps to replay: it takes mooncake')
  }
  if (dataset.order === 'shuffled') {
    issue(['dataset', 'order'], 'does not go with replay: a trace has its order')
  }
}
