import type { NewEvent } from '../shared/cluster/events.ts'
import { hasRemedy, isNamespaceTerminating } from '../shared/cluster/errors.ts'
import type { Log } from '../shared/process/log.ts'
import { pause } from './timing.ts'
import type { Timing } from './timing.ts'

export interface EventEntry {
  readonly subject: NewEvent['subject'] & { readonly kind: 'Ingress' | 'TargetGroupBinding' }
  readonly type: NewEvent['type']
  readonly reason: string
  readonly message: string
}

/** Writes of events; they reject with a `ClusterError`. */
export interface EventWriter {
  readonly create: (event: NewEvent) => Promise<void>
  /** Says that an event that was created before happened again; `at` in milliseconds since 1970. */
  readonly repeat: (
    event: Pick<NewEvent, 'name' | 'subject'>,
    again: { readonly count: number; readonly at: number },
  ) => Promise<void>
}

export interface EventsOptions {
  readonly writer: EventWriter
  readonly timing: Timing
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly log: Log
  /** A warning of the same text is told again only after so long. */
  readonly repeatPeriodMs: number
}

/** As client-go limits events of one object: 25 at once, then one every 5 minutes. */
const burst = 25
const refillMs = 300_000

const longestMessage = 1024
const longestQueue = 1000
const attempts = 4
const retryMs = 1000
const forgetAfterMs = 3_600_000

interface Told {
  readonly name: string
  readonly count: number
  /** When it was last told, by the monotonic clock. */
  readonly at: number
}

/**
 * Tells events in the background, one after the other, and never throws: an event is a courtesy, and a pass does not wait
 * for it. The same warning on the same object is told once per repeat period; the same text again counts up the event that
 * is there.
 */
export class Events {
  readonly #options: EventsOptions
  readonly #told = new Map<string, Told>()
  readonly #buckets = new Map<string, { readonly tokens: number; readonly at: number }>()
  #waiting: EventEntry[] = []
  #working: Promise<void> | undefined
  #sequence = 0

  constructor(options: EventsOptions) {
    this.#options = options
  }

  tell(entry: EventEntry): void {
    const message = cut(entry.message)
    const key = keyOf(entry, message)
    const now = this.#options.timing.now()
    const told = this.#told.get(key)
    if (entry.type === 'Warning' && told !== undefined && now - told.at < this.#options.repeatPeriodMs) return
    if (this.#waiting.length >= longestQueue || !this.#takeToken(entry.subject, now)) {
      this.#options.log.debug({ ...place(entry.subject), reason: entry.reason }, 'event left out: too many')
      return
    }
    if (entry.type === 'Warning') {
      this.#told.set(key, { name: '', count: 0, ...told, at: now })
    }
    this.#waiting.push({ ...entry, message })
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  /** Resolves when everything told so far is written or given up. */
  async flush(): Promise<void> {
    await this.#working
  }

  #takeToken({ uid }: EventEntry['subject'], now: number): boolean {
    const bucket = this.#buckets.get(uid) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs)
    if (tokens < 1) return false
    this.#buckets.set(uid, { tokens: tokens - 1, at: now })
    return true
  }

  async #work(): Promise<void> {
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
      // oxlint-disable-next-line no-await-in-loop -- one event after the other keeps their order
      await this.#write(entry)
      this.#forget()
    }
  }

  async #write(entry: EventEntry): Promise<void> {
    const { log, timing } = this.#options
    for (let attempt = 1; ; attempt += 1) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        await this.#writeOnce(entry)
        return
      } catch (err) {
        const where = { ...place(entry.subject), reason: entry.reason, message: entry.message }
        if (isNamespaceTerminating(err) || hasRemedy(err, 'not-found', 'forbidden')) {
          log.debug({ ...where, err }, 'event not written')
          return
        }
        if (attempt === attempts || !hasRemedy(err, 'throttled', 'unavailable')) {
          log.warn({ ...where, err }, 'event not written')
          return
        }
        // oxlint-disable-next-line no-await-in-loop
        await pause(timing, retryMs * attempt)
      }
    }
  }

  async #writeOnce(entry: EventEntry): Promise<void> {
    const { writer, timing, wallClock } = this.#options
    const key = keyOf(entry, entry.message)
    const told = this.#told.get(key)
    const now = wallClock()
    if (told !== undefined && told.count > 0) {
      const repeated = { ...told, count: told.count + 1, at: timing.now() }
      try {
        await writer.repeat({ subject: entry.subject, name: told.name }, { count: repeated.count, at: now })
        this.#told.set(key, repeated)
        return
      } catch (err) {
        // The API server forgets events after an hour.
        if (!hasRemedy(err, 'not-found')) throw err
      }
    }
    const name = eventName(entry.subject.name, now, ++this.#sequence)
    await writer.create({
      ...entry,
      name,
      component: entry.subject.kind === 'Ingress' ? 'ingress' : 'targetGroupBinding',
      at: now,
    })
    this.#told.set(key, { name, count: 1, at: timing.now() })
  }

  #forget(): void {
    const oldest = this.#options.timing.now() - Math.max(forgetAfterMs, this.#options.repeatPeriodMs)
    for (const [key, told] of this.#told) if (told.at < oldest) this.#told.delete(key)
    for (const [uid, bucket] of this.#buckets) if (bucket.at < oldest) this.#buckets.delete(uid)
  }
}

const keyOf = ({ subject, type, reason }: EventEntry, message: string): string =>
  JSON.stringify([subject.uid, type, reason, message])

const place = ({ kind, namespace, name }: EventEntry['subject']) => ({ kind, object: `${namespace}/${name}` })

const cut = (message: string): string =>
  message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 3)}...`

/** As client-go names events: the object's name and a time, within the 253 characters of a name. */
const eventName = (object: string, now: number, sequence: number): string =>
  `${object.slice(0, 220)}.${(now * 1000 + (sequence % 1000)).toString(16)}`
