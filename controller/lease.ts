import { abortAfter } from '../shared/process/clock.ts'
import { microTime } from '../shared/cluster/leases.ts'
import type { Lease as LeaseObject, LeaseSpec } from '../shared/cluster/leases.ts'
import type { Log } from '../shared/process/log.ts'
import { pause } from './timing.ts'
import type { Timing } from './timing.ts'

/** Reads and writes of one Lease. A write answers `undefined` when somebody else wrote first. */
export interface LeaseApi {
  readonly get: (signal: AbortSignal) => Promise<LeaseObject | undefined>
  readonly create: (spec: LeaseSpec, signal: AbortSignal) => Promise<LeaseObject | undefined>
  readonly update: (lease: LeaseObject, spec: LeaseSpec, signal: AbortSignal) => Promise<LeaseObject | undefined>
}

export interface LeaseOptions {
  readonly api: LeaseApi
  /** Unique for this process. */
  readonly identity: string
  /** How long others wait after our last renewal; what they read is in whole seconds. */
  readonly durationMs: number
  /** Without a confirmed renewal for so long we no longer act. */
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
  readonly timing: Timing
  readonly random: () => number
  /** Milliseconds since 1970, for the times in the object, which nobody compares with a clock of his own. */
  readonly wallClock: () => number
  readonly log: Log
}

/** The Lease is not ours, or it cannot be confirmed that it still is; nothing destructive may be done. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * Leadership by a Lease, in the manner of client-go's leader election, with which it shares the object. A holder counts
 * as gone when its Lease has not changed for its duration as we observed it; clocks of two machines are never compared.
 * A holder that could not renew for the renew deadline counts itself as gone first, by its monotonic clock, and `lost`
 * is aborted.
 */
export class Lease {
  readonly #options: LeaseOptions
  readonly #lost = new AbortController()
  #ours: LeaseObject | undefined
  /** When the request of the last successful write was sent. */
  #confirmedAt = -Infinity
  #seen: { readonly record: string; readonly at: number } | undefined
  #told: string | undefined
  #renewing: Promise<void> | undefined
  #released = false
  #cancelFence: () => void = () => undefined

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  get held(): boolean {
    return this.#ours !== undefined && !this.#lost.signal.aborted && !this.#released
  }

  /** Aborted once when leadership is lost; never by `release`. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Resolves when the Lease is ours, and keeps it from then on; resolves without it when the signal is aborted. */
  async acquire(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      if (await this.#attempt(signal)) {
        void this.#keep()
        return
      }
      // oxlint-disable-next-line no-await-in-loop
      await pause(this.#options.timing, this.#retryWait(), signal)
    }
  }

  /** Returns when the Lease was confirmed as ours at most so long ago, renewing it if need be; throws `LeaseLost`. */
  async confirmedWithin(milliseconds: number): Promise<void> {
    if (this.#isFresh(milliseconds)) return
    if (!this.held) throw new LeaseLost('the lease is not held')
    await this.#renew()
    if (!this.held || !this.#isFresh(milliseconds)) throw new LeaseLost('the lease could not be confirmed')
  }

  /** Gives the Lease back, so that a standby need not wait for it to expire. */
  async release(): Promise<void> {
    const ours = this.#ours
    const held = this.held
    this.#released = true
    this.#cancelFence()
    await this.#renewing
    if (!held || ours === undefined) return
    const { api, log } = this.#options
    const signal = abortAfter(this.#options.retryPeriodMs)
    try {
      const now = this.#now()
      const latest = this.#ours ?? ours
      await api.update(
        latest,
        { ...latest.spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now },
        signal,
      )
      log.info('released the lease')
    } catch (err) {
      log.warn({ err }, 'releasing the lease failed; a standby waits until it expires')
    }
  }

  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { api, identity, log, timing } = this.#options
    try {
      const timeout = AbortSignal.any([signal, abortAfter(this.#options.renewDeadlineMs)])
      const found = await api.get(timeout)
      if (found !== undefined && !this.#isFree(found)) return false
      const sentAt = timing.now()
      const wanted = this.#wanted(found)
      const written = found === undefined ? await api.create(wanted, timeout) : await api.update(found, wanted, timeout)
      if (written === undefined) return false
      this.#confirm(written, sentAt)
      log.info({ identity, previous: found?.spec.holderIdentity ?? '' }, 'became leader')
      return true
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'asking for the lease failed')
      return false
    }
  }

  /** Says who holds a Lease that is not free, once per holder. */
  #isFree(found: LeaseObject): boolean {
    const { identity, timing, log } = this.#options
    const { holderIdentity: holder, leaseDurationSeconds: seconds } = found.spec
    if (holder === '' || holder === identity) return true
    const record = JSON.stringify(found.spec)
    if (this.#seen?.record !== record) this.#seen = { record, at: timing.now() }
    const durationMs = seconds > 0 ? seconds * 1000 : this.#options.durationMs
    if (timing.now() - this.#seen.at > durationMs) return true
    if (this.#told !== holder) {
      this.#told = holder
      log.info({ holder, 'duration-seconds': seconds }, 'waiting for the lease')
    }
    return false
  }

  #wanted(found: LeaseObject | undefined): LeaseSpec {
    const { identity, durationMs } = this.#options
    const now = this.#now()
    const same = found?.spec.holderIdentity === identity
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
      acquireTime: same ? (found.spec.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: found === undefined ? 0 : found.spec.leaseTransitions + (same ? 0 : 1),
    }
  }

  #now(): string {
    return microTime(this.#options.wallClock())
  }

  #isFresh(milliseconds: number): boolean {
    return this.held && this.#options.timing.now() - this.#confirmedAt <= milliseconds
  }

  #confirm(written: LeaseObject, sentAt: number): void {
    const { timing, renewDeadlineMs } = this.#options
    this.#ours = written
    this.#confirmedAt = sentAt
    this.#cancelFence()
    if (this.#released) return
    this.#cancelFence = timing.after(sentAt + renewDeadlineMs - timing.now(), () => {
      this.#lose('not renewed within the renew deadline')
    })
  }

  #lose(why: string): void {
    if (this.#lost.signal.aborted || this.#released) return
    this.#cancelFence()
    this.#options.log.warn({ why }, 'lost the lease')
    this.#lost.abort(new LeaseLost(why))
  }

  async #keep(): Promise<void> {
    const { timing, retryPeriodMs } = this.#options
    while (this.held) {
      // oxlint-disable-next-line no-await-in-loop -- one renewal after the other
      await pause(timing, retryPeriodMs, this.#lost.signal)
      // oxlint-disable-next-line no-await-in-loop
      if (this.held) await this.#renew()
    }
  }

  /** One renewal at a time; who asks meanwhile gets the result of the one under way. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renewOnce(): Promise<void> {
    const { timing, renewDeadlineMs, log } = this.#options
    const left = this.#confirmedAt + renewDeadlineMs - timing.now()
    if (left <= 0) {
      this.#lose('not renewed within the renew deadline')
      return
    }
    const signal = AbortSignal.any([this.#lost.signal, abortAfter(Math.ceil(left))])
    try {
      // The second attempt is for a write of our own whose answer was lost: the object has moved on, and is still ours.
      if (!(await this.#write(signal)) && (await this.#readBack(signal))) await this.#write(signal)
    } catch (err) {
      if (this.held) log.warn({ err }, 'renewing the lease failed')
    }
  }

  async #write(signal: AbortSignal): Promise<boolean> {
    const ours = this.#ours
    if (ours === undefined) return false
    const sentAt = this.#options.timing.now()
    const written = await this.#options.api.update(ours, this.#wanted(ours), signal)
    if (written === undefined || this.#lost.signal.aborted) return false
    this.#confirm(written, sentAt)
    return true
  }

  async #readBack(signal: AbortSignal): Promise<boolean> {
    if (!this.held) return false
    const found = await this.#options.api.get(signal)
    if (found === undefined || found.spec.holderIdentity !== this.#options.identity) {
      this.#lose(found === undefined ? 'the lease is gone' : `the lease is held by "${found.spec.holderIdentity}"`)
      return false
    }
    this.#ours = found
    return true
  }

  #retryWait(): number {
    return this.#options.retryPeriodMs * (1 + this.#options.random() * 0.2)
  }
}
