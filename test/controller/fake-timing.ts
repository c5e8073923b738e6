import type { Timing } from '../../controller/timing.ts'

/** A clock that moves only when told, and its timers in the order of their time. */
export class FakeTiming implements Timing {
  #now = 0
  #timers: { readonly at: number; readonly run: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (milliseconds: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, milliseconds), run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Time of the next timer. */
  get next(): number | undefined {
    return this.#timers.length === 0 ? undefined : Math.min(...this.#timers.map(({ at }) => at))
  }

  /** Moves the clock, runs what falls due on the way, and lets promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await settle()
    for (let at = this.next; at !== undefined && at <= end; at = this.next) {
      this.#now = Math.max(this.#now, at)
      const due = this.#timers.filter((timer) => timer.at <= this.#now)
      this.#timers = this.#timers.filter((timer) => timer.at > this.#now)
      for (const { run } of due) run()
      // oxlint-disable-next-line no-await-in-loop -- one timer after the other is the point
      await settle()
    }
    this.#now = end
  }

  /** Moves the clock without running a timer: an event loop that stands still. */
  stall(milliseconds: number): void {
    this.#now += milliseconds
  }
}

/** Lets all promises that can settle do so. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
