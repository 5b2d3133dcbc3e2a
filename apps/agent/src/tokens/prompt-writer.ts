import { createRandom } from '../random.ts'

/**
 * Writes prompts of an exact number of tokens. The number of a prompt fixes its first words, so that no two prompts
 * of a run share a prefix (a prefix cache would flatter the server): the first word differs among as many prompts as
 * there are words, the first two among the square of that.
 */
export class PromptWriter {
  readonly #words: readonly string[]
  readonly #seed: number

  constructor(words: readonly string[], seed: number) {
    const random = createRandom(seed, 1)
    const order = [...words]
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const [a, b] = [order[i], order[j]]
      if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a]
    }
    this.#words = order
    this.#seed = seed
  }

  /** @param number of the prompt in the run @param tokens length, at least 1 */
  write(number: number, tokens: number): string {
    const size = this.#words.length
    const random = createRandom(this.#seed, number)
    const chosen: (string | undefined)[] = [this.#words[number % size]]
    if (tokens > 1) chosen.push(this.#words[Math.floor(number / size) % size])
    while (chosen.length < tokens) chosen.push(this.#words[Math.floor(random() * size)])
    return chosen.join(' ')
  }
}
