import { RunDefinition } from '@llm-loadtest/schema'
import { OpenAiBackend } from '../../apps/agent/src/backends/openai/openai-backend.ts'
import { makeHelpersYield } from '../../apps/agent/src/crew/yielding-helpers.ts'
import { type Client, PROMPT, type Setting } from './client.ts'

/** The agent's own backend: its connections, SSE scanner and timestamps, in a runtime set up as a load thread's is. */
export function agentClient({ url, tokens, recording }: Setting): Client {
  makeHelpersYield()
  const definition = RunDefinition.parse({ server_url: url, model: 'truth', output_len: tokens })
  const backend = new OpenAiBackend(definition, undefined)
  const request = backend.prepare({ prompt: PROMPT }, tokens)
  return {
    warm: (connections) => backend.warm(connections),
    async send(index, requestId) {
      const exchange = await backend.send(request, requestId)
      if (exchange.outcome !== 'ok') throw new Error(`${exchange.outcome}: ${exchange.errorMessage}`)
      recording.sentAt[index] = exchange.sentAt
      for (let i = 0; i < exchange.eventCount; i++) recording.event(index, exchange.eventAt[i] ?? Number.NaN)
    },
    close: () => backend.close(),
  }
}
