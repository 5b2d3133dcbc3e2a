import { encodeCursor } from '../../apps/control-plane/src/domain/cursor.ts'
import { seededPosition, seededRunId, WITH_RECORDS } from './seed.ts'

const COMPARED = 5
/** Runs before a deep page, of all. */
const DEPTH = 0.9

export type Call = {
  name: string
  /** How many calls are measured, of those asked for: slow ones take fewer. */
  share: number
  request: (runs: number, n: number) => { path: string; body?: unknown }
}

/** A number below `limit` that differs from call to call in no order, and is the same in every run of the benchmark. */
const scattered = (n: number, limit: number): number => (n * 7919 + 104_729) % limit

const BASE = '/api/v1/benchmark'
const result = (runs: number, n: number) => `${BASE}/result/${seededRunId(scattered(n, runs))}`

export const CALLS: Call[] = [
  { name: 'result', share: 1, request: (runs, n) => ({ path: result(runs, n) }) },
  { name: 'history, first page', share: 1, request: () => ({ path: `${BASE}/history` }) },
  {
    name: 'history, deep page',
    share: 1,
    request(runs, n) {
      const index = Math.floor(runs * (1 - DEPTH)) + scattered(n, Math.floor(runs * 0.05))
      return { path: `${BASE}/history?cursor=${encodeCursor(seededPosition(index))}` }
    },
  },
  {
    name: 'history, by model and status',
    share: 1,
    request: (_, n) => ({ path: `${BASE}/history?model=model-${n % 5}&status=completed` }),
  },
  {
    name: 'history, text of all runs',
    share: 1,
    request: () => ({ path: `${BASE}/history?text=nightly` }),
  },
  {
    name: 'history, text of one run',
    share: 1,
    request: (runs, n) => ({ path: `${BASE}/history?text=nightly%20${scattered(n, runs)}` }),
  },
  {
    name: 'export csv',
    share: 0.5,
    request: (runs, n) => ({ path: `${result(runs, n)}/export?format=csv` }),
  },
  {
    name: 'export xlsx',
    share: 0.1,
    request: (runs, n) => ({ path: `${result(runs, n)}/export?format=xlsx` }),
  },
  {
    name: 'start',
    share: 1,
    request: () => ({ path: `${BASE}/run`, body: { server_url: 'http://llm.test', model: 'model-0' } }),
  },
  {
    name: `compare ${COMPARED} runs`,
    share: 0.5,
    request: (_, n) => ({
      path: `${BASE}/compare`,
      body: {
        run_ids: Array.from({ length: COMPARED }, (_unused, i) => seededRunId(1 + ((n + i) % WITH_RECORDS))),
      },
    }),
  },
]
