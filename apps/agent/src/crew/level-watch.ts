import type { LoadLevel } from '@llm-loadtest/schema'
import type { LoadExecutor } from '../load/executor.ts'
import type { Post } from './report-batch.ts'
import { SelfObservation } from './self-observation.ts'
import { SlotTime } from './slot-time.ts'

/** Follows a worker through the levels of a pass, and reports of each that it is over and what was observed meanwhile. */
export class LevelWatch {
  /** Told by whoever sends; what goes over from one level to the next counts in each for its time there. */
  readonly slots = new SlotTime()
  readonly #levels: readonly LoadLevel[]
  readonly #load: LoadExecutor
  readonly #post: Post
  #position = 0
  #sent = 0
  #observation = new SelfObservation()
  #idleBefore = 0

  constructor(levels: readonly LoadLevel[], load: LoadExecutor, post: Post) {
    this.#levels = levels
    this.#load = load
    this.#post = post
  }

  /** A slot of a level was sent or dropped. Levels follow one another: the ones before it are over. */
  sent(levelIndex: number): void {
    while ((this.#levels[this.#position]?.index ?? levelIndex) < levelIndex) this.#next()
    this.#sent++
  }

  /** Nothing more is sent. */
  finish(): void {
    while (this.#position < this.#levels.length) this.#next()
  }

  #next(): void {
    const level = this.#levels[this.#position++]
    const { idlePollMs } = this.#load
    const evidence = {
      ...this.#observation.stop(idlePollMs - this.#idleBefore),
      prompt_wait_percent: this.slots.takeWaitPercent(),
    }
    this.#idleBefore = idlePollMs
    if (level) {
      this.#post({ kind: 'level_over', levelIndex: level.index, sent: this.#sent, evidence })
    }
    this.#sent = 0
    if (this.#position < this.#levels.length) this.#observation = new SelfObservation()
  }
}
