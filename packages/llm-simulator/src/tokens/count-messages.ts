import { z } from 'zod'

/** Main thread to worker: count these texts, each on its own, and add them up. */
export const CountRequest = z.object({ id: z.int(), texts: z.array(z.string()) })
export type CountRequest = z.output<typeof CountRequest>

/** Worker to main thread: the sum, in tokens. */
export const CountReply = z.object({ id: z.int(), tokens: z.int() })
export type CountReply = z.output<typeof CountReply>
