import { createRandom, type Random } from '../random.ts'

/** Tells the draws of one purpose from those of another under the same seed. */
const STREAM = { order: 1, prompt: 2, prefix: 3, block: 7 } as const

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return number > 1
}

/**
 * Whether every step through the words visits all of them before it comes back depends on the number of words having
 * no factor in common with the step: a prime one has none.
 */
function primeCount(words: readonly string[]): string[] {
  let count = words.length
  while (count > 2 && !isPrime(count)) count--
  return words.slice(0, count)
}

function shuffled(words: readonly string[], random: Random): string[] {
  const order = [...words]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a, b] = [order[i], order[j]]
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a]
  }
  return order
}

/**
 * Writes texts word by word, for words of one token each. The number of a prompt fixes its first words, so that no two
 * prompts of a run begin alike (a prefix cache would flatter the server): the first word differs among as many prompts
 * as there are words, the first two among the square of that.
 */
export class PromptWriter {
  readonly #words: readonly string[]
  readonly #seed: number

  constructor(words: readonly string[], seed: number) {
    this.#words = primeCount(shuffled(words, createRandom(seed, STREAM.order)))
    this.#seed = seed
  }

  /** Words of a prompt that shares nothing with others. */
  unique(number: number, count: number): string[] {
    return this.#write(number, count, createRandom(this.#seed, number, STREAM.prompt))
  }

  /** Words of the prefix that a group of prompts shares. */
  prefix(group: number, count: number): string[] {
    return this.#write(group, count, createRandom(this.#seed, group, STREAM.prefix))
  }

  /** Words of a block that the prompts of a trace share. */
  block(hash: number, count: number): string[] {
    return this.#write(hash, count, createRandom(this.#seed, hash, STREAM.block))
  }

  #write(number: number, count: number, random: Random): string[] {
    const size = this.#words.length
    const chosen: string[] = []
    for (let i = 0; i < count; i++) {
      // Two words carry the number, in the base of the vocabulary.
      const index = i < 2 ? Math.floor(number / size ** i) % size : Math.floor(random() * size)
      chosen.push(this.#words[index] ?? '')
    }
    return chosen
  }
}
