import { type LoadLevel, loadPasses } from '@llm-loadtest/schema'
import { passShare, warmUpShare } from '../load/pass-load.ts'
import type { Share } from '../load/share.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import { usefulWorkers } from './crew-size.ts'
import type { EndedRequest } from './ended-request.ts'
import { LoadThread, type Telling } from './load-thread.ts'
import type { CrewSettings, PassPart } from './messages.ts'
import { clockOffsetMs, monotonicMs } from './shared-clock.ts'
import { makeHelpersYield } from './yielding-helpers.ts'

/** From the word to start until the start: long enough for every worker to have it. */
const START_LEAD_MS = 20

type LevelOver = Extract<Telling, { kind: 'level_over' }>

/** Who is told of a part of a pass while it is under way. */
export interface PartListener {
  /** It begins. @param at on this thread's performance.now() clock, ms @param workers how many take part */
  begun(at: number, workers: number): void
  /** A request ended. @param runStart the run's start on the clock of the request's times, ms */
  ended(request: EndedRequest, runStart: number): void
  /** Totals over all workers since the beginning; called several times a second. */
  counted(totals: { sent: number; outputTokens: number }): void
  /** A worker sends no more of a level. */
  levelOver(over: LevelOver): void
}

type Participant = { thread: LoadThread; part: PassPart }

/** The load workers of one run: threads that make its load, each its exact share. */
export class Crew {
  readonly #settings: CrewSettings
  readonly #passes: LoadLevel[][]
  readonly #most: number
  readonly #threads: LoadThread[]

  private constructor(settings: CrewSettings, most: number, threads: LoadThread[]) {
    this.#settings = settings
    this.#passes = loadPasses(settings.definition)
    this.#most = most
    this.#threads = threads
  }

  /** Starts as many workers as the run's largest pass has use for. @param most how many it may have */
  static async start(settings: CrewSettings, most: number, tokenizer: Tokenizer): Promise<Crew> {
    makeHelpersYield()
    const { definition, replayRate } = settings
    const useful = loadPasses(definition).map((pass) => usefulWorkers(definition, pass, most, replayRate))
    const starting = Array.from({ length: Math.max(...useful) }, () =>
      LoadThread.start({ ...settings, tokens: tokenizer.connect() }),
    )
    const started = await Promise.allSettled(starting)
    const threads = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const crew = new Crew(settings, most, threads)
    const failed = started.find((one) => one.status === 'rejected')
    if (!failed) return crew
    await crew.close()
    throw failed.reason
  }

  /**
   * Runs a part of a pass to its end: all workers that take part begin at the same instant. Rejects when one of them
   * cannot go on; the others are cancelled then.
   * @param runStart the run's start on this thread's performance.now() clock, ms
   */
  async run(
    task: { part: PassPart['part']; pass: number; runStart: number },
    signal: AbortSignal,
    listener: PartListener,
  ): Promise<void> {
    const participants = this.#participants(task)
    const cancel = () => {
      for (const { thread } of participants) thread.cancel()
    }
    signal.addEventListener('abort', cancel)
    try {
      await allOrCancel(
        participants.map(({ thread, part }) => thread.prepare(part)),
        cancel,
      )
      if (signal.aborted) return
      const offset = clockOffsetMs()
      const atMs = monotonicMs() + START_LEAD_MS
      listener.begun(atMs + offset, participants.length)
      const counts = participants.map(() => ({ sent: 0, outputTokens: 0 }))
      const running = participants.map(({ thread }, i) => {
        const runStart = task.runStart - offset + thread.clockOffsetMs
        return thread.run(atMs, (report) => {
          if (report.kind === 'level_over') return listener.levelOver(report)
          counts[i] = report
          listener.counted(total(counts))
          for (const request of report.ended) listener.ended(request, runStart)
        })
      })
      await allOrCancel(running, cancel)
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  #participants({ part, pass }: { part: PassPart['part']; pass: number }): Participant[] {
    const { definition, replayRate } = this.#settings
    const levels = this.#passes[pass] ?? []
    const of = usefulWorkers(definition, levels, this.#most, replayRate)
    const shareFor = part === 'warmup' ? warmUpShare : passShare
    return this.#threads.flatMap((thread, index) => {
      const share: Share | null = index < of ? shareFor(definition, levels, { index, of }) : null
      return share ? [{ thread, part: { part, pass, share } }] : []
    })
  }
}

function total(counts: readonly { sent: number; outputTokens: number }[]) {
  let [sent, outputTokens] = [0, 0]
  for (const count of counts) {
    sent += count.sent
    outputTokens += count.outputTokens
  }
  return { sent, outputTokens }
}

/** Waits for all; when one rejects, cancels the others, waits for them too and throws the first failure. */
async function allOrCancel(work: readonly Promise<void>[], cancel: () => void): Promise<void> {
  const failures: unknown[] = []
  const settled = work.map((one) =>
    one.catch((error: unknown) => {
      if (failures.push(error) === 1) cancel()
    }),
  )
  await Promise.all(settled)
  if (failures.length > 0) throw failures[0]
}
