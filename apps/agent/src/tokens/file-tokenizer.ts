import { readFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { errorMessage } from '../error-message.ts'
import type { TextTokenizer } from './text-tokenizer.ts'

/** How vocabularies write the space before a word: byte-level ones, and those of SentencePiece. */
const SPACED_WORD = /^[Ġ▁]?([a-z]{2,12})$/
const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/
/** Fewer words than this that start a text, and all prompts start with a space. */
const ENOUGH_WORDS = 1000
const MIN_WORDS = 50

/** What is wrong with the file of a tokenizer, and what to do. */
export function unreadableTokenizer(path: string, error: unknown): Error {
  const problem = `cannot read the tokenizer ${path}: ${errorMessage(error)}.`
  return new Error(`${problem} Give the tokenizer.json of the model.`, { cause: error })
}

async function readTokenizer(path: string): Promise<Tokenizer> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof content !== 'object' || content === null) throw new Error('it is not a JSON object')
    return new Tokenizer(content, {})
  } catch (error) {
    throw unreadableTokenizer(path, error)
  }
}

/** Words that are one token each after `lead`, and one more after a space. */
function wordsAfter(lead: string, candidates: readonly string[], count: (text: string) => number): string[] {
  return candidates.filter((word) => count(lead + word) === 1 && count(`${lead}${word} ${word}`) === 2)
}

function promptWords(
  path: string,
  candidates: readonly string[],
  count: (text: string) => number,
): Pick<TextTokenizer, 'lead' | 'words'> {
  const plain = wordsAfter('', candidates, count)
  if (plain.length >= ENOUGH_WORDS) return { lead: '', words: plain }
  const spaced = wordsAfter(' ', candidates, count)
  const most = spaced.length > plain.length ? { lead: ' ', words: spaced } : { lead: '', words: plain }
  if (most.words.length >= MIN_WORDS) return most
  throw new Error(
    `the tokenizer ${path} has only ${most.words.length} English words of one token: prompts cannot be written with it`,
  )
}

/** Loads a tokenizer.json as models on Hugging Face have it. Rejects with what is wrong with the file. */
export async function loadFileTokenizer(path: string): Promise<TextTokenizer> {
  const tokenizer = await readTokenizer(path)
  const tokenize = (text: string): string[] => tokenizer.tokenize(text, { add_special_tokens: false })
  const count = (text: string) => tokenize(text).length
  const vocabulary: ReadonlyMap<string, number> = tokenizer.get_vocab(false)
  const candidates = [...vocabulary.keys()].flatMap((token) => SPACED_WORD.exec(token)?.[1] ?? [])
  return {
    ...promptWords(path, [...new Set(candidates)].sort(), count),
    count,
    tokenLengths: (text) => tokenize(text).map((token) => (BYTE_TOKEN.test(token) ? 1 : token.length)),
  }
}
