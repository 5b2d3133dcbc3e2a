import type { RunDefinitionInput } from '@llm-loadtest/schema'
import type { TestControlPlane } from './control-plane.ts'
import { type EventBody, FakeAgent } from './fake-agent.ts'
import { COMPLETE, levelEvent } from './samples.ts'

/** A run that a new agent has completed, with these events before its end; one level when none are given. */
export async function endedRun(
  controlPlane: TestControlPlane,
  change: Partial<RunDefinitionInput> = {},
  events: readonly EventBody[] = [levelEvent()],
): Promise<string> {
  const { agent_id, token } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun({ agent_id, ...change })
  const { agent } = await FakeAgent.join(controlPlane, token)
  await agent.accept()
  const all = [...events, COMPLETE]
  for (const [index, event] of all.entries()) agent.event(runId, index + 1, event)
  await agent.acked(runId, all.length)
  return runId
}
