// One whole run of the agent, in a process of its own: node measure.ts TASK_AS_JSON
import { RunDefinition } from '@llm-loadtest/schema'
import { reasonSentence } from '@llm-loadtest/schema/metrics'
import { runStandalone } from '../../apps/agent/src/run/standalone.ts'
import { type Measurement, Task } from './measurement.ts'

/** Starts and ends of requests as they come: +1 and −1 at a time in ms. */
class InFlightCount {
  readonly #changes: { at: number; by: number }[] = []

  add(sent: number | null, end: number | null): void {
    if (sent === null || end === null) return
    this.#changes.push({ at: sent, by: 1 }, { at: end, by: -1 })
  }

  most(): number {
    let [now, most] = [0, 0]
    for (const { by } of this.#changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
      now += by
      most = Math.max(most, now)
    }
    return most
  }
}

async function measure({ url, streams, tokens, rounds, workers }: Task): Promise<Measurement> {
  const definition = RunDefinition.parse({
    server_url: url,
    model: 'truth',
    concurrency: [streams],
    num_prompts: streams * rounds,
    warmup: 1,
    input_len: 8,
    output_len: tokens,
    timeout: 600,
  })
  const inFlight = new InFlightCount()
  const result = await runStandalone(definition, {
    workers: workers ?? undefined,
    onRecords: (records) => {
      for (const { warmup, sent_ms, stream_end_ms } of records) {
        if (!warmup) inFlight.add(sent_ms, stream_end_ms)
      }
    },
  })
  const [level] = result.results
  if (!level) throw new Error(result.error?.message ?? 'the run has no result')
  return {
    outcomes: { ok: level.successful_requests, ...level.errors },
    outputTokens: level.tokens.output_tokens,
    mostInFlight: inFlight.most(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    verdict: level.validity.verdict,
    reasons: level.validity.reasons.map((reason) =>
      typeof reason === 'string' ? reason : reasonSentence(reason),
    ),
  }
}

process.stdout.write(JSON.stringify(await measure(Task.parse(JSON.parse(process.argv[2] ?? '{}')))))
