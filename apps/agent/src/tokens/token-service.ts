import { DatasetRequests } from '../dataset/dataset-requests.ts'
import { DatasetStore } from '../dataset/dataset-store.ts'
import { errorMessage } from '../error-message.ts'
import { exactPrompt } from './exact-prompt.ts'
import { PromptWriter } from './prompt-writer.ts'
import { countParts, type TextTokenizer } from './text-tokenizer.ts'
import { type TokenReply, TokenRequest } from './token-messages.ts'
import { TokenizerStore } from './tokenizer-store.ts'

type RequestOf<K extends TokenRequest['kind']> = Extract<TokenRequest, { kind: K }>
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never
type ReplyOf<K extends TokenReply['kind']> = Unnumbered<Extract<TokenReply, { kind: K }>>

/** What the token thread does for its clients. */
export class TokenService {
  readonly #tokenizers = new TokenizerStore()
  readonly #datasets = new DatasetStore()
  #writer: { seed: number; tokenizer: TextTokenizer; writer: PromptWriter } | null = null

  /** Never rejects: what went wrong is in the reply. */
  async answer(message: unknown): Promise<TokenReply> {
    const request = TokenRequest.parse(message)
    const { id } = request
    try {
      return { ...(await this.#answer(request)), id }
    } catch (error) {
      return { kind: 'failed', id, message: errorMessage(error) }
    }
  }

  #answer(request: TokenRequest): Promise<ReplyOf<TokenReply['kind']>> {
    switch (request.kind) {
      case 'prompts':
        return this.#prompts(request)
      case 'count':
        return this.#count(request)
      case 'open_dataset':
        return this.#openDataset(request)
      case 'records':
        return this.#records(request)
      default:
        return request satisfies never
    }
  }

  async #prompts({ tokenizer: name, seed, prompts }: RequestOf<'prompts'>): Promise<ReplyOf<'prompts'>> {
    const tokenizer = await this.#tokenizers.get(name)
    const writer = this.#writerOf(tokenizer, seed)
    return { kind: 'prompts', prompts: prompts.map((order) => exactPrompt(tokenizer, writer, order)) }
  }

  async #count({ tokenizer, parts }: RequestOf<'count'>): Promise<ReplyOf<'count'>> {
    return { kind: 'count', ...countParts(await this.#tokenizers.get(tokenizer), parts) }
  }

  async #openDataset({ dataset }: RequestOf<'open_dataset'>): Promise<ReplyOf<'open_dataset'>> {
    const { count, meanTokens, dueMs } = await this.#datasets.open(dataset)
    return { kind: 'open_dataset', summary: { count, meanTokens, dueMs } }
  }

  async #records(request: RequestOf<'records'>): Promise<ReplyOf<'records'>> {
    const tokenizer = await this.#tokenizers.get(request.tokenizer)
    const requests = new DatasetRequests(tokenizer, this.#writerOf(tokenizer, request.dataset.seed))
    const dataset = await this.#datasets.get(request.dataset)
    const found = await dataset.read(request.positions)
    return {
      kind: 'records',
      records: found.map(({ record, number }) => requests.turns(record, number, request)),
    }
  }

  #writerOf(tokenizer: TextTokenizer, seed: number): PromptWriter {
    if (this.#writer?.seed !== seed || this.#writer.tokenizer !== tokenizer) {
      this.#writer = { seed, tokenizer, writer: new PromptWriter(tokenizer.words, seed) }
    }
    return this.#writer.writer
  }
}
