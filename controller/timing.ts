/** What a queue or a lease needs of time: a monotonic clock in milliseconds, and a timer that can be taken back. */
export interface Timing {
  readonly now: () => number
  /** Calls `run` once after so many milliseconds; the result takes the timer back. */
  readonly after: (milliseconds: number, run: () => void) => () => void
}

/** The process's own monotonic clock; a wall clock that is set back never stops a lease or a retry. */
export const processTiming: Timing = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    // Node.js prints a warning for a negative delay, which a late answer makes of a deadline.
    const timer = setTimeout(run, Math.max(0, milliseconds))
    return () => clearTimeout(timer)
  },
}

/** Resolves after so many milliseconds, or at once when the signal is aborted; it never rejects. */
export const pause = (timing: Timing, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = timing.after(milliseconds, end)
    signal?.addEventListener('abort', end, { once: true })
  })
