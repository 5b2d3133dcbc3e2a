/** Runs pieces of work one after the other, in the order they were handed in; a failure stops none after it. */
export class SerialQueue {
  #settled: Promise<void> = Promise.resolve()

  /** Resolves or rejects as `work` does, once its turn has come. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#settled.then(work)
    const done = () => undefined
    this.#settled = result.then(done, done)
    return result
  }
}
