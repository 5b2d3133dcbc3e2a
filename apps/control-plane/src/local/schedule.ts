import { reasonOf } from './errors.ts'

const HOUR_MS = 60 * 60 * 1000

/** Runs `work` now and once an hour, as the platform's cron does. Ends with `close`, which waits for what is running. */
export function startSchedule(
  work: () => Promise<void>,
  log: (line: string) => void,
): { close(): Promise<void> } {
  let running = Promise.resolve()
  const run = () => {
    running = running.then(work).catch((error: unknown) => {
      log(
        JSON.stringify({
          time: new Date().toISOString(),
          level: 'error',
          msg: 'the hourly work failed',
          errors: [reasonOf(error)],
        }),
      )
    })
  }
  run()
  const timer = setInterval(run, HOUR_MS)
  timer.unref()
  return {
    close() {
      clearInterval(timer)
      return running
    },
  }
}
