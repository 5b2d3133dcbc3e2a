import { exactPrompt } from './exact-prompt.ts'
import { PromptWriter } from './prompt-writer.ts'
import { countParts, type TextTokenizer } from './text-tokenizer.ts'
import { type TokenReply, TokenRequest } from './token-messages.ts'
import { TokenizerStore } from './tokenizer-store.ts'

/** What the token thread does for its clients. */
export class TokenService {
  readonly #tokenizers = new TokenizerStore()
  #writer: { seed: number; tokenizer: TextTokenizer; writer: PromptWriter } | null = null

  /** Never rejects: what went wrong is in the reply. */
  async answer(message: unknown): Promise<TokenReply> {
    const request = TokenRequest.parse(message)
    try {
      return await this.#answer(request)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return { kind: 'failed', id: request.id, message: text }
    }
  }

  async #answer(request: TokenRequest): Promise<TokenReply> {
    const { id } = request
    const tokenizer = await this.#tokenizers.get(request.tokenizer)
    switch (request.kind) {
      case 'prompts': {
        const writer = this.#writerOf(tokenizer, request.seed)
        return {
          kind: 'prompts',
          id,
          prompts: request.prompts.map((order) => exactPrompt(tokenizer, writer, order)),
        }
      }
      case 'count':
        return { kind: 'count', id, ...countParts(tokenizer, request.parts) }
      default:
        return request satisfies never
    }
  }

  #writerOf(tokenizer: TextTokenizer, seed: number): PromptWriter {
    if (this.#writer?.seed !== seed || this.#writer.tokenizer !== tokenizer) {
      this.#writer = { seed, tokenizer, writer: new PromptWriter(tokenizer.words, seed) }
    }
    return this.#writer.writer
  }
}
