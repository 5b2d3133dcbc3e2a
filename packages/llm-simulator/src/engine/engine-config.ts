import { z } from 'zod'
import { KV_BLOCK_TOKENS } from './kv-cache.ts'

const milliseconds = z.number().min(0).max(60_000)

/**
 * What the modelled engine can hold and what a step of it costs. A step over a batch takes, in milliseconds,
 * `stepBaseMs + stepPerSequenceMs × sequences + prefillMsPerToken × prompt tokens + contextMsPerToken × tokens in their KV cache`,
 * times a log-normal factor of mean 1 whose logarithm has the standard deviation `jitter`.
 */
export const EngineConfig = z
  .strictObject({
    maxNumSeqs: z.int().min(1).max(100_000).default(32),
    maxNumBatchedTokens: z.int().min(1).max(10_000_000).default(2048),
    kvCacheTokens: z.int().min(KV_BLOCK_TOKENS).max(1_000_000_000).default(131_072),
    maxModelLen: z.int().min(2).max(100_000_000).default(32_768),
    stepBaseMs: milliseconds.default(4),
    stepPerSequenceMs: milliseconds.default(0.25),
    prefillMsPerToken: milliseconds.default(0.02),
    contextMsPerToken: milliseconds.default(0.000_02),
    jitter: z.number().min(0).max(2).default(0.05),
  })
  .refine((config) => config.maxNumBatchedTokens >= config.maxNumSeqs, {
    path: ['maxNumBatchedTokens'],
    message:
      'must be at least maxNumSeqs (--max-num-seqs): each running sequence needs one token of the step budget',
  })
  .refine(
    (config) => Math.floor(config.kvCacheTokens / KV_BLOCK_TOKENS) * KV_BLOCK_TOKENS >= config.maxModelLen,
    {
      path: ['kvCacheTokens'],
      message: 'must hold one sequence of maxModelLen (--max-model-len) tokens: raise it, or lower that',
    },
  )
export type EngineConfig = z.output<typeof EngineConfig>
