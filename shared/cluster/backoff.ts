export interface BackoffSettings {
  readonly baseMs: number
  readonly maxMs: number
}

/**
 * Decorrelated jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): each wait is drawn between the base and
 * three times the wait before it, up to the maximum, so that many clients do not come back together.
 */
export const nextWait = (previousMs: number, settings: BackoffSettings, random: () => number): number => {
  const { baseMs, maxMs } = settings
  const upper = Math.max(baseMs, previousMs * 3)
  return Math.min(maxMs, baseMs + random() * (upper - baseMs))
}
