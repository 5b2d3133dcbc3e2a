import type { RunStatus } from '@llm-loadtest/schema'

/** Whether a run goes on: it can be cancelled, and cannot be deleted. */
export const isLive = (status: RunStatus): boolean => status === 'pending' || status === 'running'
