import { abortAfter } from '../process/clock.ts'
import { needKey } from '../ingress/facts.ts'
import type { Fact, Need, NeedKey } from '../ingress/facts.ts'
import type { Clock } from '../process/clock.ts'
import { hasRemedy } from './errors.ts'
import { serviceOf, whyUnknown } from './fact-sources.ts'
import type { Ask } from './fact-sources.ts'

export interface FactsSettings {
  readonly clock: Clock
  /** Age from which an answer is asked for anew. */
  readonly refreshMs: number
  /** For how long an absence, and a failure, is believed without asking again (default 15 s). */
  readonly negativeMs?: number
  /** For how long the last good answer serves while AWS fails (default 15 min). */
  readonly staleMs?: number
  /** Evidence older than this does not deny (default 5 s). */
  readonly evidenceMs?: number
  /** Most look-ups at once (default 4). */
  readonly parallel?: number
  /** Most answers kept; those used longest ago go first (default 1,000). */
  readonly capacity?: number
  /** Deadline of one look-up, which goes on after its request is answered (default 15 s). */
  readonly lookUpMs?: number
  /** For how long an answer that nobody asks for is still kept fresh (default 1 h). */
  readonly keepMs?: number
  /** Whether who asks waits for the look-up that tries whether a service is back (default false). */
  readonly waitForReturn?: boolean
  /** Told of each look-up that failed, for the log. */
  readonly onFailure?: (need: Need, error: unknown) => void
}

export interface AnswerOptions {
  /** How long the request can wait, in milliseconds. */
  readonly budgetMs: number
  readonly signal?: AbortSignal
}

type Answer = Exclude<Fact<unknown>, { readonly is: 'unknown' }>

interface Entry {
  readonly need: Need
  usedAt: number
  answer?: { readonly fact: Answer; readonly at: number }
  failure?: { readonly why: string; readonly at: number; readonly holdMs: number }
  /** Settles, never rejects. */
  pending?: Promise<void>
}

/** So many look-ups of a service without an answer, one after the other, tell that it is away. */
const failuresOfOutage = 3

/** Look-ups of one service that got no answer, since its last one. */
interface Outage {
  failures: number
  /** Of the last failure, or of the look-up that tries whether the service is back. */
  at: number
  why: string
}

/**
 * Facts of AWS for decisions, from a cache that one process shares. Never throws for want of AWS: what cannot be had in
 * time is `unknown` with a short reason, and the look-up goes on for the next who asks.
 */
export class AwsFacts {
  readonly #ask: Ask
  readonly #settings: Required<FactsSettings>
  readonly #entries = new Map<NeedKey, Entry>()
  readonly #waiting: (() => void)[] = []
  readonly #outages = new Map<string, Outage>()
  #running = 0

  constructor(ask: Ask, settings: FactsSettings) {
    this.#ask = ask
    this.#settings = {
      negativeMs: 15_000,
      staleMs: 15 * 60_000,
      evidenceMs: 5000,
      parallel: 4,
      capacity: 1000,
      lookUpMs: 15_000,
      keepMs: 60 * 60_000,
      waitForReturn: false,
      onFailure: () => undefined,
      ...settings,
    }
  }

  /** Answers all needs within the budget, from the cache where it is fresh. */
  answer(needs: readonly Need[], options: AnswerOptions): Promise<ReadonlyMap<NeedKey, Fact<unknown>>> {
    return this.#answerAll(needs, options, (entry, now) => this.#mustAsk(entry, now))
  }

  /** The answers that are good without a look-up: what `answer` gives at once. */
  known(): ReadonlyMap<NeedKey, Fact<unknown>> {
    const now = this.#settings.clock.monotonic()
    const answers = new Map<NeedKey, Fact<unknown>>()
    for (const [key, entry] of this.#entries) if (!this.#mustAsk(entry, now)) answers.set(key, this.#fact(entry, 0))
    return answers
  }

  /** Tells of a use of answers that `known` gave, so that they are kept fresh. */
  used(needs: readonly Need[]): void {
    for (const need of needs) if (this.#entries.has(needKey(need))) this.#entry(need)
  }

  /**
   * Answers again by evidence that is fresh enough to deny on. Where it cannot be had in time the fact is `unknown`,
   * whatever the cache holds.
   */
  async confirm(needs: readonly Need[], options: AnswerOptions): Promise<ReadonlyMap<NeedKey, Fact<unknown>>> {
    const oldest = this.#settings.clock.monotonic() - this.#settings.evidenceMs
    const isOld = ({ answer }: Entry): boolean => answer === undefined || answer.at < oldest
    const facts = await this.#answerAll(needs, options, isOld)
    return new Map(
      [...facts].map(([key, fact]) => {
        const entry = this.#entries.get(key)
        return [key, entry === undefined || isOld(entry) ? this.#unknown(key, options.budgetMs) : fact]
      }),
    )
  }

  /** Keeps the answers to these needs, and to those asked lately, fresh in the background until the signal aborts. */
  async warm(needs: readonly Need[], signal: AbortSignal): Promise<void> {
    const { clock, refreshMs } = this.#settings
    const always = new Set(needs.map(needKey))
    for (const need of needs) this.#entry(need)
    while (!signal.aborted) {
      const now = clock.monotonic()
      for (const [key, entry] of this.#entries) {
        const isWanted = always.has(key) || this.#isKept(entry, now)
        if (isWanted && (entry.answer === undefined || now - entry.answer.at >= refreshMs / 2)) void this.#lookUp(entry)
      }
      try {
        await clock.sleep(refreshMs * (0.3 + 0.2 * Math.random()), signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  /**
   * Age of the oldest answer in milliseconds, of those that are kept fresh because they were asked lately; undefined while
   * there is none. It grows past the refresh period only while AWS fails.
   */
  get oldestMs(): number | undefined {
    const now = this.#settings.clock.monotonic()
    const ages = [...this.#entries.values()].flatMap((entry) =>
      entry.answer !== undefined && this.#isKept(entry, now) ? [now - entry.answer.at] : [],
    )
    return ages.length === 0 ? undefined : Math.max(...ages)
  }

  #isKept({ answer, usedAt }: Entry, now: number): boolean {
    return answer?.fact.is === 'present' && now - usedAt < this.#settings.keepMs
  }

  async #answerAll(
    needs: readonly Need[],
    options: AnswerOptions,
    mustAsk: (entry: Entry, now: number) => boolean,
  ): Promise<ReadonlyMap<NeedKey, Fact<unknown>>> {
    const now = this.#settings.clock.monotonic()
    const entries = [...new Map(needs.map((need) => [needKey(need), need])).values()].map((need) => this.#entry(need))
    const asked = entries
      .filter((entry) => mustAsk(entry, now))
      .map((entry) => ({ isAway: this.#isAway(entry), done: this.#lookUp(entry) }))
    const { waitForReturn } = this.#settings
    const awaited = asked.flatMap(({ isAway, done }) => (isAway && !waitForReturn ? [] : [done]))
    if (awaited.length > 0) await this.#within(Promise.all(awaited), options)
    return new Map(entries.map((entry) => [needKey(entry.need), this.#fact(entry, options.budgetMs)]))
  }

  /** While AWS fails a request does not wait for it again and again. */
  #mustAsk(entry: Entry, now: number): boolean {
    if (entry.failure !== undefined && now - entry.failure.at < entry.failure.holdMs) return false
    return this.#isDue(entry, now)
  }

  #isDue({ answer }: Entry, now: number): boolean {
    if (answer === undefined) return true
    const { negativeMs, refreshMs } = this.#settings
    return now - answer.at >= (answer.fact.is === 'absent' ? Math.min(negativeMs, refreshMs) : refreshMs)
  }

  #fact(entry: Entry, budgetMs: number): Fact<unknown> {
    const { answer } = entry
    if (answer !== undefined && this.#settings.clock.monotonic() - answer.at <= this.#settings.staleMs)
      return answer.fact
    return this.#unknown(needKey(entry.need), budgetMs)
  }

  #lookUp(entry: Entry): Promise<void> {
    entry.pending ??= this.#lookUpNow(entry).finally(() => {
      delete entry.pending
    })
    return entry.pending
  }

  async #lookUpNow(entry: Entry): Promise<void> {
    const { clock, negativeMs, lookUpMs } = this.#settings
    await this.#slot()
    const at = clock.monotonic()
    try {
      const outage = this.#outages.get(serviceOf(needKey(entry.need)))
      if (outage !== undefined && outage.failures >= failuresOfOutage) {
        if (at - outage.at < negativeMs) {
          entry.failure = { why: outage.why, at, holdMs: negativeMs }
          return
        }
        outage.at = at
      }
      const value = await this.#ask(entry.need, abortAfter(lookUpMs))
      entry.answer = { fact: value === undefined ? { is: 'absent' } : { is: 'present', value }, at }
      delete entry.failure
      this.#outages.delete(serviceOf(needKey(entry.need)))
    } catch (error) {
      this.#settings.onFailure(entry.need, error)
      this.#noteOutage(entry, error)
      const holdMs = hasRemedy(error, 'throttled') ? 2 * negativeMs : negativeMs
      entry.failure = { why: whyUnknown(error), at: clock.monotonic(), holdMs }
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  #unknown(key: NeedKey, budgetMs: number): Fact<unknown> {
    const service = serviceOf(key)
    const outage = this.#outages.get(service)
    if (outage !== undefined && outage.failures >= failuresOfOutage) return { is: 'unknown', why: outage.why }
    const entry = this.#entries.get(key)
    const failure = entry?.pending === undefined ? entry?.failure : undefined
    return {
      is: 'unknown',
      why: failure?.why ?? `${service} gave no answer in ${Math.round(budgetMs / 100) / 10} s`,
    }
  }

  #isAway({ need }: Entry): boolean {
    return (this.#outages.get(serviceOf(needKey(need)))?.failures ?? 0) >= failuresOfOutage
  }

  #noteOutage({ need }: Entry, error: unknown): void {
    const service = serviceOf(needKey(need))
    if (!hasRemedy(error, 'unavailable')) {
      this.#outages.delete(service)
      return
    }
    const failures = (this.#outages.get(service)?.failures ?? 0) + 1
    this.#outages.set(service, { failures, at: this.#settings.clock.monotonic(), why: whyUnknown(error) })
  }

  async #slot(): Promise<void> {
    while (this.#running >= this.#settings.parallel) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#running += 1
  }

  async #within(work: Promise<unknown>, { budgetMs, signal }: AnswerOptions): Promise<void> {
    const over = new AbortController()
    const ends = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
    const time = this.#settings.clock.sleep(budgetMs, ends).catch(() => undefined)
    try {
      await Promise.race([work, time])
    } finally {
      over.abort()
    }
  }

  #entry(need: Need): Entry {
    const key = needKey(need)
    const entry: Entry = this.#entries.get(key) ?? { need, usedAt: 0 }
    entry.usedAt = this.#settings.clock.monotonic()
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > this.#settings.capacity) {
      const oldest = this.#entries.keys().next()
      if (oldest.done !== true) this.#entries.delete(oldest.value)
    }
    return entry
  }
}
