import { EventTemplate, type TextKind } from './event-template.ts'

/** Shapes that events of one server take turns in: answer and reasoning, with and without usage. */
const MAX_TEMPLATES = 4
/** A server whose events keep changing shape is parsed event by event, but for one try in so many. */
const TRIES_BEFORE_SPARING = 64
const SPARING = 256

/** The shapes of a server's content events, the one that matched last first. */
export class EventTemplates {
  readonly #templates: EventTemplate[] = []
  #misses = 0

  /**
   * Matches the event that begins at `from`.
   * @returns the template, which holds what it found, its textual bounds and `next`; null when none matches
   */
  match(bytes: Buffer, from: number, to: number): EventTemplate | null {
    for (let i = 0; i < this.#templates.length; i++) {
      const template = this.#templates[i]
      if (!template?.match(bytes, from, to)) continue
      if (i > 0) {
        this.#templates.splice(i, 1)
        this.#templates.unshift(template)
      }
      this.#misses = 0
      return template
    }
    return null
  }

  /** Learns from an event that matched none: see EventTemplate.learn. */
  learn(data: Buffer, kind: TextKind, text: string, withUsage: boolean): void {
    if (++this.#misses > TRIES_BEFORE_SPARING && this.#misses % SPARING !== 0) return
    const learned = EventTemplate.learn(data, kind, text, withUsage)
    if (learned === null) return
    this.#templates.unshift(learned)
    if (this.#templates.length > MAX_TEMPLATES) this.#templates.pop()
  }
}
