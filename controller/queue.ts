import type { Timing } from './timing.ts'

/** A key that somebody changed goes before one that is only looked at again. */
export type Priority = 'changed' | 'resync'

/** Waits between attempts: `baseMs` after the first failure, doubled each time, at most `maxMs`. */
export interface BackOff {
  readonly baseMs: number
  readonly maxMs: number
}

/**
 * How one attempt at a key ended: `done` forgets its failures, `retry` counts one more and comes again after the
 * back-off (or earlier, after `atMostMs`). A change that arrives meanwhile comes first in either case.
 */
export type Outcome =
  | { readonly is: 'done'; readonly againAfterMs?: number }
  | { readonly is: 'retry'; readonly backOff: BackOff; readonly atMostMs?: number }

export interface QueueOptions {
  readonly timing: Timing
  /** In [0, 1): spreads the retries of many keys that failed together. */
  readonly random: () => number
  readonly concurrency: number
  /** Works at one key. A throw counts as a retry with `backOff`. */
  readonly process: (key: string) => Promise<Outcome>
  readonly backOff: BackOff
  readonly onError: (key: string, error: unknown) => void
}

/** The wait before attempt number `failures` + 1, with half of it left to chance. */
export const backOffMs = (backOff: BackOff, failures: number, random: number): number => {
  const full = Math.min(backOff.maxMs, backOff.baseMs * 2 ** Math.min(failures - 1, 30))
  return full * (0.5 + random / 2)
}

interface Delayed {
  readonly due: number
  readonly priority: Priority
  readonly cancel: () => void
}

/**
 * Keys to be worked at. A key waits at most once and is worked at by one worker at a time; one that is added while it
 * is worked at comes again afterwards. Nothing runs before `start`, so a standby collects keys without acting.
 */
export class KeyedQueue {
  readonly #options: QueueOptions
  readonly #ready: Readonly<Record<Priority, Set<string>>> = { changed: new Set(), resync: new Set() }
  readonly #delayed = new Map<string, Delayed>()
  readonly #running = new Set<string>()
  /** Keys that became ready while they were worked at. */
  readonly #dirty = new Map<string, Priority>()
  readonly #failures = new Map<string, number>()
  #started = false
  #stopped = false
  #drained: (() => void)[] = []

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Keys that are ready and wait for a worker. */
  get depth(): number {
    return this.#ready.changed.size + this.#ready.resync.size + this.#dirty.size
  }

  get running(): number {
    return this.#running.size
  }

  /** Adds a key, at once or after a delay. Of two delays the shorter holds, of two priorities the higher. */
  add(key: string, { priority = 'changed', afterMs = 0 }: { priority?: Priority; afterMs?: number } = {}): void {
    if (this.#stopped) return
    const delayed = this.#delayed.get(key)
    const strongest = higher(priority, delayed?.priority)
    if (afterMs <= 0 || this.#isReady(key)) {
      this.#forgetDelayed(key)
      this.#makeReady(key, strongest)
      return
    }
    const due = Math.min(this.#options.timing.now() + afterMs, delayed?.due ?? Infinity)
    this.#forgetDelayed(key)
    const cancel = this.#options.timing.after(due - this.#options.timing.now(), () => {
      this.#delayed.delete(key)
      this.#makeReady(key, strongest)
    })
    this.#delayed.set(key, { due, priority: strongest, cancel })
  }

  /** Lets the workers begin. */
  start(): void {
    this.#started = true
    this.#pump()
  }

  /** Takes no more keys, forgets those that wait, and resolves when the attempts under way have ended. */
  drain(): Promise<void> {
    this.#stopped = true
    for (const { cancel } of this.#delayed.values()) cancel()
    this.#delayed.clear()
    this.#ready.changed.clear()
    this.#ready.resync.clear()
    this.#dirty.clear()
    if (this.#running.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  #isReady(key: string): boolean {
    return this.#ready.changed.has(key) || this.#ready.resync.has(key) || this.#dirty.has(key)
  }

  #forgetDelayed(key: string): void {
    this.#delayed.get(key)?.cancel()
    this.#delayed.delete(key)
  }

  #makeReady(key: string, priority: Priority): void {
    if (this.#running.has(key)) {
      this.#dirty.set(key, higher(priority, this.#dirty.get(key)))
      return
    }
    if (priority === 'changed') this.#ready.resync.delete(key)
    if (!this.#ready.changed.has(key)) this.#ready[priority].add(key)
    this.#pump()
  }

  #pump(): void {
    while (this.#started && !this.#stopped && this.#running.size < this.#options.concurrency) {
      const next = first(this.#ready.changed) ?? first(this.#ready.resync)
      if (next === undefined) return
      this.#ready.changed.delete(next)
      this.#ready.resync.delete(next)
      this.#running.add(next)
      void this.#work(next)
    }
  }

  async #work(key: string): Promise<void> {
    let outcome: Outcome
    try {
      outcome = await this.#options.process(key)
    } catch (error) {
      this.#options.onError(key, error)
      outcome = { is: 'retry', backOff: this.#options.backOff }
    }
    this.#running.delete(key)
    if (this.#stopped) {
      if (this.#running.size === 0) for (const resolve of this.#drained.splice(0)) resolve()
      return
    }
    const dirty = this.#dirty.get(key)
    this.#dirty.delete(key)
    this.#settle(key, outcome)
    if (dirty !== undefined) this.add(key, { priority: dirty })
    this.#pump()
  }

  #settle(key: string, outcome: Outcome): void {
    switch (outcome.is) {
      case 'done':
        this.#failures.delete(key)
        if (outcome.againAfterMs !== undefined) {
          this.add(key, { priority: 'resync', afterMs: Math.max(1, outcome.againAfterMs) })
        }
        return
      case 'retry': {
        const failures = (this.#failures.get(key) ?? 0) + 1
        this.#failures.set(key, failures)
        const wait = backOffMs(outcome.backOff, failures, this.#options.random())
        this.add(key, { priority: 'resync', afterMs: Math.max(1, Math.min(wait, outcome.atMostMs ?? wait)) })
        return
      }
      default:
        outcome satisfies never
    }
  }
}

const higher = (one: Priority, other: Priority | undefined): Priority =>
  one === 'changed' || other === 'changed' ? 'changed' : 'resync'

const first = (keys: ReadonlySet<string>): string | undefined => keys.values().next().value
