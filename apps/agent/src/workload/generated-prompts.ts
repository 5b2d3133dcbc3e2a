import { expectedLength, type RunDefinition } from '@llm-loadtest/schema'
import { createRandom } from '../random.ts'
import { chooseEncoding } from '../tokens/encodings.ts'
import { drawLength } from '../tokens/lengths.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import type { ItemSource } from './ahead-queue.ts'
import { ownCount, requestIndex, type WorkloadScope } from './scope.ts'
import type { WorkItem } from './workload.ts'

/** Tells the draws of input lengths from those of output lengths under the same seed. */
const STREAM = { input: 4, output: 5 } as const

/** The output length of a request whose length comes from the definition, tokens. */
export const drawnOutput = (run: RunDefinition, number: number): number =>
  drawLength(run.output_len, createRandom(run.seed, number, STREAM.output))

/** Number of a request in its run, which no other request of the run has. */
export const runNumber = ({ level, levelCount, part }: WorkloadScope, index: number): number =>
  2 * (index * levelCount + level) + (part === 'warmup' ? 0 : 1)

/** Prompts written to exact lengths. */
export function generatedPrompts(
  run: RunDefinition,
  tokens: Pick<TokenClient, 'prompts'>,
  scope: WorkloadScope,
): ItemSource<WorkItem> {
  const { encoding } = chooseEncoding(run)
  const { prefix, seed } = run
  const order = (index: number) => {
    const number = runNumber(scope, index)
    const length = drawLength(run.input_len, createRandom(seed, number, STREAM.input))
    return {
      number,
      tokens: length,
      ...(prefix && { prefix: { group: index % prefix.groups, tokens: prefix.len } }),
    }
  }
  return {
    open: async () => ({ count: ownCount(scope), meanTokens: expectedLength(run.input_len) }),
    items: async (first, count) => {
      const orders = Array.from({ length: count }, (_, i) => order(requestIndex(scope, first + i)))
      const prompts = await tokens.prompts(encoding, seed, orders)
      return orders.map(({ number, tokens: length }, i) => ({
        input: { prompt: prompts[i] ?? '' },
        tokens: length,
        maxTokens: drawnOutput(run, number),
      }))
    },
  }
}
