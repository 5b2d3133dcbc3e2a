import o200kBase from 'js-tiktoken/ranks/o200k_base'
import { countMergedTokens } from './byte-pair-merge.ts'

const MAX_CACHED_PIECES = 50_000
const MAX_CACHED_PIECE_LENGTH = 64

function readRanks(packed: string): Map<string, number> {
  // Each line is "! <first rank> <base64 token> <base64 token> …", the ranks counting up from the first.
  const ranks = new Map<string, number>()
  for (const line of packed.split('\n')) {
    const [, firstRank, ...tokens] = line.split(' ')
    if (firstRank === undefined) continue
    let rank = Number.parseInt(firstRank, 10)
    for (const token of tokens) ranks.set(Buffer.from(token, 'base64').toString('latin1'), rank++)
  }
  return ranks
}

/** Returns a counter of o200k_base tokens. Loading the ranks takes most of a second, so keep the counter. */
export function loadO200kCounter(): (text: string) => number {
  const ranks = readRanks(o200kBase.bpe_ranks)
  const pieces = new RegExp(o200kBase.pat_str, 'ug')
  const cache = new Map<string, number>()
  return (text) => {
    let total = 0
    for (const [piece] of text.matchAll(pieces)) {
      let tokens = cache.get(piece)
      if (tokens === undefined) {
        tokens = countMergedTokens(Buffer.from(piece, 'utf8').toString('latin1'), ranks)
        if (cache.size >= MAX_CACHED_PIECES) cache.clear()
        if (piece.length <= MAX_CACHED_PIECE_LENGTH) cache.set(piece, tokens)
      }
      total += tokens
    }
    return total
  }
}
