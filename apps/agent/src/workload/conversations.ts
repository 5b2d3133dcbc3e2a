import type { RunDefinition } from '@llm-loadtest/schema'
import type { ChatMessage, RequestInput } from '../backends/backend.ts'
import { chooseEncoding } from '../tokens/encodings.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import type { DatasetTurn } from '../tokens/token-messages.ts'
import { AheadQueue, type ItemSource } from './ahead-queue.ts'
import { type DatasetItem, outputTokens } from './dataset-items.ts'
import type { WorkItem, Workload } from './workload.ts'

/** A conversation whose latest turn is with the server. */
type Conversation = {
  number: number
  messages: readonly ChatMessage[]
  tokens: WorkItem['tokens']
  /** Turns still to be sent. */
  rest: DatasetTurn[]
}

const messagesOf = (input: RequestInput): readonly ChatMessage[] =>
  'messages' in input ? input.messages : [{ role: 'user', content: input.prompt }]

/**
 * Conversations, each sent turn by turn with the server's own replies. A turn that can be sent goes before a new
 * conversation; a conversation whose turn failed is given up.
 */
export class Conversations<T extends { item: WorkItem }> implements Workload<T> {
  readonly #run: RunDefinition
  readonly #tokens: Pick<TokenClient, 'count'>
  readonly #make: (item: WorkItem) => T
  readonly #fresh: AheadQueue<T>
  /** By the request that is their latest turn. */
  readonly #withServer = new WeakMap<WorkItem, Conversation>()
  /** Later turns that can be sent, the oldest first. */
  readonly #turns: T[] = []

  constructor(
    run: RunDefinition,
    tokens: Pick<TokenClient, 'count'>,
    source: ItemSource<DatasetItem>,
    reserve: number,
    make: (item: WorkItem) => T,
  ) {
    this.#run = run
    this.#tokens = tokens
    this.#make = make
    const items = async (first: number, count: number) =>
      (await source.items(first, count)).map(({ turns, number }) =>
        this.#prepare({ number, messages: [], tokens: 0, rest: turns }, 0),
      )
    this.#fresh = new AheadQueue({ open: () => source.open(), items }, reserve)
  }

  prefill(count: number, signal: AbortSignal): Promise<void> {
    return this.#fresh.prefill(count, signal)
  }

  take(): T | null {
    return this.#turns.shift() ?? this.#fresh.take()
  }

  async next(): Promise<T> {
    return this.#turns.shift() ?? (await this.#fresh.next())
  }

  ended({ item }: T, reply: (() => string) | null): void {
    const conversation = this.#withServer.get(item)
    if (!conversation || reply === null || conversation.rest.length === 0) return
    const content = reply()
    const messages: ChatMessage[] = [...conversation.messages, { role: 'assistant', content }]
    const tokens = this.#withReply(conversation.tokens, content)
    this.#turns.push(this.#prepare({ ...conversation, messages }, tokens))
  }

  /** Makes the conversation's next turn into a request. */
  #prepare(before: Conversation, tokensBefore: WorkItem['tokens']): T {
    const [turn, ...rest] = before.rest
    if (!turn) throw new Error('a conversation has no turn to send')
    const messages = [...before.messages, ...messagesOf(turn.input)]
    const tokens =
      typeof tokensBefore === 'number'
        ? tokensBefore + turn.tokens
        : handled(tokensBefore.then((sum) => sum + turn.tokens))
    const item: WorkItem = {
      input: { messages },
      tokens,
      maxTokens: outputTokens(this.#run, turn, before.number),
    }
    this.#withServer.set(item, { number: before.number, messages, tokens, rest })
    return this.#make(item)
  }

  async #withReply(tokens: WorkItem['tokens'], reply: string): Promise<number> {
    const { encoding } = chooseEncoding(this.#run)
    const [before, { total }] = await Promise.all([tokens, this.#tokens.count(encoding, [reply])])
    return before + total
  }
}

/** A promise that is looked at later: until then its rejection is no fault of the process. */
function handled(promise: Promise<number>): Promise<number> {
  promise.catch(() => undefined)
  return promise
}
