import type { RequestInput } from '../backends/backend.ts'

/** One request's content. */
export type WorkItem = {
  input: RequestInput
  /**
   * Input tokens in the chosen tokenizer, special tokens and the chat template not counted. Of a conversation's later
   * turn it is a promise until the replies in it are counted, which the request need not wait for.
   */
  tokens: number | Promise<number>
  maxTokens: number
}

/** What a load sends, prepared ahead of its use. `T` is what is kept ready, such as a serialised request. */
export interface Workload<T> {
  /** Resolves when so many items, or all that may be kept ready, are, or when the signal aborts. */
  prefill(count: number, signal: AbortSignal): Promise<void>
  /** The next item, or null when none is ready. */
  take(): T | null
  /** The next item, waited for. Rejects when there is none and will be none, and when preparing one failed. */
  next(): Promise<T>
  /**
   * An item's request has ended. A conversation goes on with the reply: its next turn is taken before a new
   * conversation is begun.
   * @param reply reads the text of the server's reply, where it is wanted; null when the request failed
   */
  ended(item: T, reply: (() => string) | null): void
}
