import type { Usage } from '../backend.ts'
import { count, items, member, text } from './json.ts'

/** What one event of a stream, or one whole response, carries. */
export type Piece = {
  /** Answer text and tool calls; null when there is none. */
  output: string | null
  reasoning: string | null
  finishReason: string | null
  usage: Usage | null
}

function append(whole: string | null, part: string | null): string | null {
  return part === null ? whole : (whole ?? '') + part
}

/** A message's content: text, or text in parts, where some servers put their reasoning too. */
function readContent(piece: Piece, content: unknown): void {
  if (!Array.isArray(content)) {
    piece.output = append(piece.output, text(content))
    return
  }
  for (const part of content) {
    piece.output = append(piece.output, text(member(part, 'text')))
    const thinking = member(part, 'thinking')
    piece.reasoning = append(piece.reasoning, text(thinking))
    for (const thought of items(thinking)) {
      piece.reasoning = append(piece.reasoning, text(member(thought, 'text')))
    }
  }
}

/** The text of tool calls as the model wrote it: names and arguments. */
function toolText(message: unknown): string | null {
  let whole: string | null = null
  for (const call of [
    ...items(member(message, 'tool_calls')),
    { function: member(message, 'function_call') },
  ]) {
    const called = member(call, 'function')
    whole = append(whole, text(member(called, 'name')))
    whole = append(whole, text(member(called, 'arguments')))
  }
  return whole
}

function readUsage(usage: unknown): Usage | null {
  if (typeof usage !== 'object' || usage === null) return null
  const details = member(usage, 'completion_tokens_details')
  return {
    inputTokens: count(member(usage, 'prompt_tokens')),
    outputTokens: count(member(usage, 'completion_tokens')),
    reasoningTokens: count(member(details, 'reasoning_tokens')),
  }
}

/** Reads a chunk or a response of chat completions or completions. A role alone, or empty text, is no content. */
export function readPiece(body: unknown): Piece {
  const piece: Piece = {
    output: null,
    reasoning: null,
    finishReason: null,
    usage: readUsage(member(body, 'usage')),
  }
  for (const choice of items(member(body, 'choices'))) {
    const message = member(choice, 'delta') ?? member(choice, 'message')
    piece.output = append(piece.output, text(member(choice, 'text')))
    readContent(piece, member(message, 'content'))
    piece.output = append(piece.output, text(member(message, 'refusal')))
    if (member(message, 'tool_calls') || member(message, 'function_call')) {
      piece.output = append(piece.output, toolText(message))
    }
    piece.reasoning = append(
      piece.reasoning,
      text(member(message, 'reasoning_content')) ?? text(member(message, 'reasoning')),
    )
    piece.finishReason ??= text(member(choice, 'finish_reason'))
  }
  return piece
}

/** The message of an error body in any of the shapes LLM servers use; null when the body is no error. */
export function readError(body: unknown): string | null {
  const error = member(body, 'error')
  const message = text(error) ?? text(member(error, 'message'))
  if (message) return message
  if (error) return JSON.stringify(error)
  if (member(body, 'object') === 'error') return text(member(body, 'message')) ?? JSON.stringify(body)
  return null
}
