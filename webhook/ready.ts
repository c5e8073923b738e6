import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Pair } from './tls.ts'

/** What readiness looks at. AWS is not among it: without AWS the webhook still answers. */
export interface ReadinessIo {
  readonly isStopping: () => boolean
  readonly pair: () => Pair | undefined
  /** Kinds whose cache is not filled yet. */
  readonly unsyncedCaches: () => readonly string[]
  /** Whether each endpoint has answered a review of our own. */
  readonly isWarm: () => boolean
  readonly isListening: () => boolean
  readonly loopDelaySeconds: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const leastLife = 3_600_000
const longestLoopDelay = 1

/** Why the process should get no requests; empty when it is ready. */
export const unreadiness = (io: ReadinessIo): readonly string[] => {
  const pair = io.pair()
  const unsynced = io.unsyncedCaches()
  return [
    ...(io.isStopping() ? ['stopping'] : []),
    ...(pair === undefined ? ['no certificate'] : []),
    ...(pair !== undefined && pair.notAfter - io.now() < leastLife ? ['certificate ends within 1 h'] : []),
    ...(unsynced.length > 0 ? [`caches not synced: ${unsynced.join(', ')}`] : []),
    ...(io.isWarm() ? [] : ['endpoints not warm']),
    ...(io.isListening() ? [] : ['not listening']),
    ...(io.loopDelaySeconds() > longestLoopDelay ? ['event loop is late'] : []),
  ]
}

const resolution = 20

/** Measures by how much timers are late. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution })
  readonly #every: NodeJS.Timeout
  #lastMean = 0

  constructor(windowMs: number) {
    this.#histogram.enable()
    this.#every = setInterval(() => {
      this.#lastMean = this.#mean()
      this.#histogram.reset()
    }, windowMs)
    this.#every.unref()
  }

  /** Mean delay in the last window that is over, in seconds. */
  get seconds(): number {
    return this.#lastMean
  }

  stop(): void {
    clearInterval(this.#every)
    this.#histogram.disable()
  }

  #mean(): number {
    const { mean } = this.#histogram
    // The histogram counts the timer's own interval too.
    return Number.isFinite(mean) ? Math.max(0, mean / 1e9 - resolution / 1_000) : 0
  }
}
