/** The agent sends its GPUs' readings several times in this time. */
const GPU_READING_AGE_MS = 30_000

/** GPU readings from after this moment (Unix ms) are those of now. */
export function gpuReadingsSinceMs(nowMs: number = Date.now()): number {
  return nowMs - GPU_READING_AGE_MS
}

/** Seen after this moment (Unix ms), a connected agent counts as online. Signs are written once an interval. */
export function onlineSinceMs(
  settings: { agentSilenceMs: number; presenceIntervalMs: number },
  nowMs: number = Date.now(),
): number {
  return nowMs - settings.agentSilenceMs - settings.presenceIntervalMs
}
