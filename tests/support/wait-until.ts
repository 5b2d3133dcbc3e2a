import { setTimeout as delay } from 'node:timers/promises'

/** Asks until the answer is neither null nor false; fails after `limitMs`, naming what it waited for. */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  limitMs = 60_000,
): Promise<T> {
  const until = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== false) return answer
    if (performance.now() > until) throw new Error(`waited ${limitMs} ms for ${what}`)
    await delay(50)
  }
}
