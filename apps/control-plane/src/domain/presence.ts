/** Seen after this moment (Unix ms), a connected agent counts as online. Signs are written once an interval. */
export function onlineSinceMs(
  settings: { agentSilenceMs: number; presenceIntervalMs: number },
  nowMs: number = Date.now(),
): number {
  return nowMs - settings.agentSilenceMs - settings.presenceIntervalMs
}
