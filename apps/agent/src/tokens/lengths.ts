import type { TokenLength } from '@llm-loadtest/schema'
import { type Random, standardNormal } from '../random.ts'

/** Draws a length in tokens: a fixed one, one evenly from its bounds, or a normal one, rounded and cut to its bounds. */
export function drawLength(length: TokenLength, random: Random): number {
  if (typeof length === 'number') return length
  if (!('mean' in length)) return length.min + Math.floor(random() * (length.max - length.min + 1))
  const drawn = Math.round(length.mean + length.std * standardNormal(random))
  return Math.min(length.max, Math.max(length.min, drawn))
}
