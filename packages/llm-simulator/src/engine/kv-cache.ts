/** Tokens that share one block of the paged KV cache, vLLM's default. */
export const KV_BLOCK_TOKENS = 16

/** Whoever holds blocks of the cache. */
export type BlockHolder = { blocks: number }

/** The paged KV cache: blocks are taken as a sequence grows and returned all at once. */
export class KvCache {
  readonly capacityBlocks: number
  #usedBlocks = 0

  constructor(capacityTokens: number) {
    this.capacityBlocks = Math.floor(capacityTokens / KV_BLOCK_TOKENS)
  }

  /** Fraction of the blocks in use, 0 to 1. */
  get usage(): number {
    return this.#usedBlocks / this.capacityBlocks
  }

  /** Grows a holder to room for `tokens` tokens; false, and nothing changed, where there is no room. */
  reserve(holder: BlockHolder, tokens: number): boolean {
    const extra = Math.ceil(tokens / KV_BLOCK_TOKENS) - holder.blocks
    if (extra <= 0) return true
    if (this.#usedBlocks + extra > this.capacityBlocks) return false
    this.#usedBlocks += extra
    holder.blocks += extra
    return true
  }

  /** Returns every block of a holder. */
  release(holder: BlockHolder): void {
    this.#usedBlocks -= holder.blocks
    holder.blocks = 0
  }
}
