const RUN_ID = 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
const KEY_ID = 'key_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
const PRESET_ID = 'preset_01JDV7Z8K4Q2M6N9P3R5T7W1XY'
const AGENT_ID = 'agent_01JDV7Z8K4Q2M6N9P3R5T7W1XY'

/** `stateless`: while no key is set, it answers without the database. */
export type TestRoute = { method: string; path: string; body?: unknown; socket?: true; stateless?: true }

/** A valid call of every route but health. */
export const ROUTES: TestRoute[] = [
  { method: 'POST', path: '/api/v1/benchmark/run', body: { server_url: 'http://llm.test', model: 'm' } },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: `/api/v1/benchmark/run/${RUN_ID}` },
  { method: 'POST', path: `/api/v1/benchmark/run/${RUN_ID}/cancel` },
  { method: 'DELETE', path: `/api/v1/benchmark/run/${RUN_ID}` },
  { method: 'GET', path: `/api/v1/benchmark/result/${RUN_ID}` },
  { method: 'GET', path: `/api/v1/benchmark/result/${RUN_ID}/export?format=csv` },
  { method: 'GET', path: `/api/v1/benchmark/result/${RUN_ID}/requests?format=csv` },
  { method: 'GET', path: '/api/v1/benchmark/history' },
  {
    method: 'POST',
    path: '/api/v1/benchmark/compare',
    body: { run_ids: [RUN_ID, RUN_ID.replace('XY', 'XZ')] },
  },
  { method: 'GET', path: '/api/v1/benchmark/presets' },
  { method: 'POST', path: '/api/v1/benchmark/presets', body: { name: 'a', config: {} } },
  { method: 'GET', path: `/api/v1/benchmark/presets/${PRESET_ID}` },
  { method: 'PUT', path: `/api/v1/benchmark/presets/${PRESET_ID}`, body: { name: 'a', config: {} } },
  { method: 'DELETE', path: `/api/v1/benchmark/presets/${PRESET_ID}` },
  { method: 'GET', path: '/api/v1/agents' },
  { method: 'POST', path: '/api/v1/agents', body: { name: 'a' } },
  { method: 'DELETE', path: `/api/v1/agents/${AGENT_ID}` },
  { method: 'GET', path: '/api/v1/session', stateless: true },
  { method: 'GET', path: '/api/v1/keys' },
  { method: 'POST', path: '/api/v1/keys', body: { name: 'a', scope: 'read' } },
  { method: 'DELETE', path: `/api/v1/keys/${KEY_ID}` },
  { method: 'GET', path: `/api/v1/benchmark/ws/run/${RUN_ID}`, socket: true },
  { method: 'GET', path: `/api/v1/benchmark/${RUN_ID}/progress`, socket: true },
]
