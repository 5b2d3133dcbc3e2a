/** Rank of each token by its bytes, one character (0-255) a byte. Lower ranks merge first. */
export type TokenRanks = ReadonlyMap<string, number>

export const ENCODING_NAMES = ['o200k_base', 'cl100k_base'] as const
export type EncodingName = (typeof ENCODING_NAMES)[number]

async function packedRanks(name: EncodingName): Promise<string> {
  switch (name) {
    case 'o200k_base':
      return (await import('js-tiktoken/ranks/o200k_base')).default.bpe_ranks
    case 'cl100k_base':
      return (await import('js-tiktoken/ranks/cl100k_base')).default.bpe_ranks
    default:
      return name satisfies never
  }
}

/** Loads an encoding's ranks: about 2 MB of text, and a second or more of work. */
export async function loadRanks(name: EncodingName): Promise<TokenRanks> {
  const ranks = new Map<string, number>()
  // Each line is "! <first rank> <base64 token> <base64 token> …", the ranks counting up from the first.
  for (const line of (await packedRanks(name)).split('\n')) {
    const [, firstRank, ...tokens] = line.split(' ')
    if (firstRank === undefined) continue
    let rank = Number.parseInt(firstRank, 10)
    for (const token of tokens) ranks.set(Buffer.from(token, 'base64').toString('latin1'), rank++)
  }
  return ranks
}
