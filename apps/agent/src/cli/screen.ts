/** Where a text is shown again and again. */
export type ScreenStream = {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
  rows?: number
}

const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24

/** Shows a text in place of the one before on a terminal, and below it elsewhere. */
export class Screen {
  readonly #stream: ScreenStream
  #shownLines = 0

  constructor(stream: ScreenStream) {
    this.#stream = stream
  }

  show(text: string): void {
    if (!this.#stream.isTTY) {
      this.#stream.write(`${text}\n`)
      return
    }
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = this.#stream
    // A line that wraps, or a text that scrolls, could not be drawn over.
    const lines = text
      .split('\n')
      .slice(0, rows - 1)
      .map((line) => line.slice(0, columns - 1))
    const back = this.#shownLines > 0 ? `\x1b[${this.#shownLines}A` : ''
    this.#stream.write(`${back}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[0J`)
    this.#shownLines = lines.length
  }
}
