/** What is wrong with a dataset, where, and what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'

  /** @param place such as "line 3"; null when it is the file as a whole */
  constructor(path: string, place: string | null, problem: string, options?: ErrorOptions) {
    super(`dataset ${path}${place === null ? '' : `, ${place}`}: ${problem}`, options)
  }
}
