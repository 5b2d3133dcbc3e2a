import type { EncodingName } from './ranks.ts'

// JavaScript's \s holds U+FEFF and lacks U+0085, which the reference's \s does not and does.
const SPACE = '\\p{White_Space}'
const NO_SPACE = '\\P{White_Space}'
// Ignoring case, the reference takes U+017F for an s.
const CONTRACTION = "'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
const UPPER = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
const LOWER = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'
const BEFORE_WORD = '[^\\r\\n\\p{L}\\p{N}]?'
const SIGNS = ` ?[^${SPACE}\\p{L}\\p{N}]+`

const PATTERNS: Record<EncodingName, readonly string[]> = {
  o200k_base: [
    `${BEFORE_WORD}${UPPER}*${LOWER}+(?:${CONTRACTION})?`,
    `${BEFORE_WORD}${UPPER}+${LOWER}*(?:${CONTRACTION})?`,
    '\\p{N}{1,3}',
    `${SIGNS}[\\r\\n/]*`,
    `${SPACE}*[\\r\\n]+`,
    `${SPACE}+(?!${NO_SPACE})`,
    `${SPACE}+`,
  ],
  cl100k_base: [
    CONTRACTION,
    `${BEFORE_WORD}\\p{L}+`,
    '\\p{N}{1,3}',
    `${SIGNS}[\\r\\n]*`,
    `${SPACE}+$`,
    `${SPACE}*[\\r\\n]`,
    `${SPACE}+(?!${NO_SPACE})`,
    SPACE,
  ],
}

/**
 * Cuts a text into the pieces that an encoding merges, each on its own. Source: pat_str of openai/tiktoken 0.14, spelt
 * without what JavaScript lacks (possessive quantifiers, parts that ignore case).
 */
export const splitPattern = (name: EncodingName): RegExp => new RegExp(PATTERNS[name].join('|'), 'gu')
