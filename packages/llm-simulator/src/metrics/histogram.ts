/** A Prometheus histogram. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Array<number>(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound)
    const index = found === -1 ? this.#bounds.length : found
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += value
  }

  /** Its lines in the text format; `labels` is what stands between the braces. */
  lines(name: string, labels: string): string[] {
    const lines: string[] = []
    let cumulative = 0
    this.#counts.forEach((count, index) => {
      cumulative += count
      const bound = this.#bounds[index]
      const le = bound === undefined ? '+Inf' : formatNumber(bound)
      lines.push(`${name}_bucket{${labels},le="${le}"} ${cumulative}`)
    })
    lines.push(`${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${cumulative}`)
    return lines
  }
}

// Python's client, and so vLLM, writes bounds as floats.
function formatNumber(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
