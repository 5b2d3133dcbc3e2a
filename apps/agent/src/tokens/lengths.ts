import type { TokenLength } from '@llm-loadtest/schema'
import { type Random, standardNormal } from '../random.ts'

/** Draws lengths in tokens: a fixed one, or normally distributed, rounded and cut to its bounds. */
export function lengthDrawer(length: TokenLength, random: Random): () => number {
  if (typeof length === 'number') return () => length
  return () => {
    const drawn = Math.round(length.mean + length.std * standardNormal(random))
    return Math.min(length.max, Math.max(length.min, drawn))
  }
}
