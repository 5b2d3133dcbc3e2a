import type { TestControlPlane } from './control-plane.ts'
import { FakeAgent } from './fake-agent.ts'
import { COMPLETE, levelEvent } from './samples.ts'

/** A run of one level that a new agent has completed. */
export async function endedRun(controlPlane: TestControlPlane): Promise<string> {
  const { agent_id, token } = await controlPlane.mintAgent()
  const runId = await controlPlane.startRun({ agent_id })
  const { agent } = await FakeAgent.join(controlPlane, token)
  await agent.accept()
  agent.event(runId, 1, levelEvent())
  agent.event(runId, 2, COMPLETE)
  await agent.acked(runId, 2)
  return runId
}
