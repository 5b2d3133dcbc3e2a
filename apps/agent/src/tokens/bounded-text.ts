/** Longest run of one kind of character given to the encoder in one piece: its cost grows with the square. */
const MAX_RUN = 256
const LONG_RUN = new RegExp(
  `[\\p{L}\\p{M}]{${MAX_RUN + 1},}|\\s{${MAX_RUN + 1},}|[^\\s\\p{L}\\p{M}\\p{N}]{${MAX_RUN + 1},}`,
  'gu',
)

/**
 * Cuts a text so that no piece holds a longer run of letters, spaces or signs than the encoder can take quickly.
 * The pieces joined are the text; a cut changes a count by a token at most.
 */
export function boundedPieces(text: string): string[] {
  const pieces: string[] = []
  let start = 0
  for (const { 0: run, index } of text.matchAll(LONG_RUN)) {
    pieces.push(text.slice(start, index))
    const characters = Array.from(run)
    for (let i = 0; i < characters.length; i += MAX_RUN)
      pieces.push(characters.slice(i, i + MAX_RUN).join(''))
    start = index + run.length
  }
  pieces.push(text.slice(start))
  return pieces.filter((piece) => piece !== '')
}
