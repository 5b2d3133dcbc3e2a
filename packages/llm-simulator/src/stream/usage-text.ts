/** The usage object as JSON text, put together by hand because it may go out with every token. */
export function usageText(promptTokens: number, completionTokens: number, reasoningTokens: number): string {
  const details =
    reasoningTokens > 0 ? `,"completion_tokens_details":{"reasoning_tokens":${reasoningTokens}}` : ''
  const totalTokens = promptTokens + completionTokens
  return `{"prompt_tokens":${promptTokens},"total_tokens":${totalTokens},"completion_tokens":${completionTokens}${details}}`
}
