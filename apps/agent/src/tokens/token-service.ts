import { isEncoding, type TokenizerName } from './encodings.ts'
import { PromptWriter } from './prompt-writer.ts'
import { TextEncoding } from './text-encoder.ts'
import { type TokenReply, TokenRequest } from './token-messages.ts'

type PromptRequest = Extract<TokenRequest, { kind: 'prompts' }>

/** What the token thread does for its clients. */
export class TokenService {
  readonly #encodings = new Map<TokenizerName, Promise<TextEncoding>>()
  #writer: { seed: number; tokenizer: TokenizerName; writer: PromptWriter } | null = null

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
    const text = await this.#encoding(request.tokenizer)
    switch (request.kind) {
      case 'prompts':
        return { kind: 'prompts', id, prompts: this.#prompts(text, request) }
      case 'count':
        return { kind: 'count', id, ...text.countParts(request.parts) }
      default:
        return request satisfies never
    }
  }

  #encoding(tokenizer: TokenizerName): Promise<TextEncoding> {
    if (!isEncoding(tokenizer)) throw new Error(`cannot read ${tokenizer}`)
    const loaded = this.#encodings.get(tokenizer) ?? TextEncoding.load(tokenizer)
    this.#encodings.set(tokenizer, loaded)
    return loaded
  }

  #prompts(text: TextEncoding, { seed, tokenizer, prompts }: PromptRequest): string[] {
    if (this.#writer?.seed !== seed || this.#writer.tokenizer !== tokenizer) {
      this.#writer = { seed, tokenizer, writer: new PromptWriter(text.words, seed) }
    }
    const { writer } = this.#writer
    return prompts.map(({ number, tokens, prefix }) => {
      const shared = prefix ? writer.prefix(prefix.group, prefix.tokens) : []
      const prompt = [...shared, ...writer.unique(number, tokens - shared.length)].join(' ')
      const counted = text.count(prompt)
      if (counted !== tokens) throw new Error(`a prompt of ${tokens} tokens came out as ${counted}`)
      return prompt
    })
  }
}
