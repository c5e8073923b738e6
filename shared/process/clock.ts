import { setTimeout as delay } from 'node:timers/promises'

/** Time as a parameter, so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970, for what people read. */
  readonly now: () => number
  /** Milliseconds that never jump, for what is measured. */
  readonly monotonic: () => number
  /** Waits; rejects with the signal's reason as soon as the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted()
    try {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}

/** A signal that is aborted after some time; a part of a millisecond, which Node.js refuses, counts as a whole one. */
export const abortAfter = (milliseconds: number): AbortSignal =>
  AbortSignal.timeout(Math.max(0, Math.ceil(milliseconds)))
