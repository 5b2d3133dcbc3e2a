import type { RunView } from '@llm-loadtest/schema'

/** What a run is called: its name, else its model. */
export const runName = (run: Pick<RunView, 'name' | 'model'>): string => run.name ?? run.model
