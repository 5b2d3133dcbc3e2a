import { exactWords } from '../tokens/exact-prompt.ts'
import type { PromptWriter } from '../tokens/prompt-writer.ts'
import type { TextTokenizer } from '../tokens/text-tokenizer.ts'
import type { DatasetTurn } from '../tokens/token-messages.ts'
import type { DatasetRecord, Turn } from './records.ts'

/** What is wanted of a record. */
export type TurnChoice = {
  /** All turns of a conversation, not only the first request. */
  multiTurn: boolean
  /** Whether the lengths of the file's replies are wanted. */
  countReplies: boolean
}

/** Tokens of text that one hash of a mooncake trace stands for. Source: the trace's own description. */
const BLOCK_TOKENS = 512

/** Makes requests of records, with their lengths in the chosen tokenizer. */
export class DatasetRequests {
  readonly #tokenizer: TextTokenizer
  readonly #writer: PromptWriter

  constructor(tokenizer: TextTokenizer, writer: PromptWriter) {
    this.#tokenizer = tokenizer
    this.#writer = writer
  }

  /** @param number of the record, which no other record of the dataset has */
  turns(record: DatasetRecord, number: number, choice: TurnChoice): DatasetTurn[] {
    const { outputTokens } = record
    switch (record.kind) {
      case 'prompt': {
        const { prompt } = record
        return [{ input: { prompt }, tokens: this.#tokenizer.count(prompt), outputTokens }]
      }
      case 'trace': {
        const prompt = this.#tracePrompt(record, number)
        return [{ input: { prompt }, tokens: record.inputTokens, outputTokens }]
      }
      case 'conversation':
        return this.#conversation(record, choice)
      default:
        return record satisfies never
    }
  }

  #conversation(
    { turns, whole, outputTokens }: Extract<DatasetRecord, { kind: 'conversation' }>,
    { multiTurn, countReplies }: TurnChoice,
  ): DatasetTurn[] {
    const last = whole ? turns.at(-1) : turns[0]
    const single: Turn[] = [{ messages: whole ?? last?.messages ?? [], reply: last?.reply ?? null }]
    return (multiTurn ? turns : single).map(({ messages, reply }) => ({
      input: { messages },
      tokens: messages.reduce((tokens, { content }) => tokens + this.#tokenizer.count(content), 0),
      outputTokens: outputTokens ?? (countReplies && reply ? this.#tokenizer.count(reply) : null),
    }))
  }

  /** A prompt that shares its blocks with the others of the trace that have the same hashes, block by block. */
  #tracePrompt({ inputTokens, hashIds }: Extract<DatasetRecord, { kind: 'trace' }>, number: number): string {
    // The last block is cut to the length; what no hash stands for is the record's own.
    const wholeBlocks = Math.min(hashIds.length, Math.ceil(inputTokens / BLOCK_TOKENS) - 1)
    const shared = hashIds.slice(0, wholeBlocks).flatMap((hash) => this.#writer.block(hash, BLOCK_TOKENS))
    const lastHash = hashIds[wholeBlocks]
    const rest = (words: number): string[] =>
      lastHash === undefined ? this.#writer.unique(number, words) : this.#writer.block(lastHash, words)
    return this.#tokenizer.lead + exactWords(this.#tokenizer, shared, inputTokens, rest).join(' ')
  }
}
