import { expect, it } from 'vitest'
import { AiperfExport } from './aiperf.ts'
import { TOY_LEVEL, TOY_RECORDS } from './toy-level.ts'
import { VllmExport } from './vllm.ts'

it('shows where the two tools agree on the same records and where they do not', () => {
  const slo = TOY_LEVEL.run.config.goodput_thresholds
  const vllm = new VllmExport(slo)
  const aiperf = new AiperfExport(slo)
  for (const record of TOY_RECORDS) {
    vllm.add(record)
    aiperf.add(record)
  }
  const ours = vllm.content(TOY_LEVEL)
  const theirs = aiperf.content(TOY_LEVEL)
  const of = (tag: string, statistic: string) =>
    theirs[tag] && new Map(Object.entries(theirs[tag])).get(statistic)
  expect(ours['completed']).toBe(of('request_count', 'avg'))
  expect(ours['total_output_tokens']).toBe(of('total_osl', 'avg'))
  expect(ours['median_e2el_ms']).toBe(of('request_latency', 'p50'))
  // vLLM's clock ends with the last stream, failures included; AIPerf's with the last token that succeeded.
  expect([ours['duration'], of('benchmark_duration', 'avg')]).toEqual([1.115, 1.11])
  // vLLM's TTFT is to the first chunk, even an empty one.
  expect([ours['mean_ttft_ms'], of('time_to_first_token', 'avg')]).toEqual([85, 260 / 3])
  // vLLM's ITL is what AIPerf calls inter-chunk latency; AIPerf's ITL is vLLM's TPOT.
  expect([ours['mean_itl_ms'], of('inter_chunk_latency', 'avg')]).toEqual([23.75, 30])
  expect([ours['mean_tpot_ms'], of('inter_token_latency', 'avg')]).toEqual([(35 / 3 + 60) / 2, 35])
})
