import { createRandom } from '../random.ts'
import type { DatasetRef } from '../tokens/token-messages.ts'

const STREAM = 6

/** The number of the record at each position: as in the file, shuffled under a seed, or by their timestamps. */
export function recordOrder(
  order: DatasetRef['order'],
  count: number,
  seed: number,
  timestampsMs: Float64Array | null,
): Uint32Array {
  const numbers = Uint32Array.from({ length: count }, (_, i) => i)
  switch (order) {
    case 'file':
      return numbers
    case 'shuffled':
      return shuffled(numbers, seed)
    case 'time': {
      const at = (number: number): number => timestampsMs?.[number] ?? 0
      return numbers.sort((a, b) => at(a) - at(b) || a - b)
    }
    default:
      return order satisfies never
  }
}

function shuffled(numbers: Uint32Array, seed: number): Uint32Array {
  const random = createRandom(seed, STREAM)
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const moved = numbers[i] ?? 0
    numbers[i] = numbers[j] ?? 0
    numbers[j] = moved
  }
  return numbers
}
