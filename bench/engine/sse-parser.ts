/** A plain parser of server-sent events, as a client is usually written: decode, split, JSON.parse. */
export class SseParser {
  readonly #decoder = new TextDecoder()
  #rest = ''

  /** How many of the events that these bytes complete carry content. */
  contentEvents(bytes: Uint8Array): number {
    const events = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n\n')
    this.#rest = events.pop() ?? ''
    let count = 0
    for (const event of events) {
      if (!event.startsWith('data: ')) continue
      const data = event.slice('data: '.length)
      // Read unchecked as plain clients do: validation here would slow the baseline, and flatter what it is compared to.
      if (data !== '[DONE]' && JSON.parse(data).choices[0]?.delta.content) count++
    }
    return count
  }
}
