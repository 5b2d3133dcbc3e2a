import { RunEvent, RunId } from '@llm-loadtest/schema'
import { z } from 'zod'

/** A run event that cannot be stored for what it holds: sent again it would be the same, so it is acknowledged. */
export type RefusedEvent = {
  type: 'refused'
  run_id: string
  seq: number
  /** Whether it was its run's last. */
  last: boolean
  flaw: string
}

const eventTypes = RunEvent.options.map((option) => option.shape.type.value)
const Envelope = z.object({ type: z.enum(eventTypes), run_id: RunId, seq: z.int().min(1) })

/** The event of a run that a message would have been, had its content not been flawed; null when it is none. */
export function refusedEvent(message: unknown, flaw: string): RefusedEvent | null {
  const envelope = Envelope.safeParse(message)
  if (!envelope.success) return null
  const { type, run_id, seq } = envelope.data
  const last = type === 'run_complete' || type === 'run_failed'
  return { type: 'refused', run_id, seq, last, flaw: `${type} ${seq} cannot be stored: ${flaw}` }
}
