import { at, field, optionalNumber, textOf } from '../kubernetes/raw.ts'
import type { Metadata } from '../kubernetes/objects.ts'
import { systemClock } from '../process/clock.ts'
import type { Clock } from '../process/clock.ts'
import type { Log } from '../process/log.ts'
import { nextWait } from './backoff.ts'
import type { BackoffSettings } from './backoff.ts'
import type { ObjectCache } from './cache.ts'
import type { ClusterClient } from './client.ts'
import { ClusterError, answerError, hasRemedy } from './errors.ts'
import { listAll } from './list.ts'

export interface ReflectorSettings {
  readonly backoff: BackoffSettings
  /** Objects of one page of a list. */
  readonly pageSize: number
  /** A watch that says nothing for so long, not even a bookmark, is opened anew. */
  readonly silenceMs: number
  /** A list older than this is read again when its watch ends. */
  readonly relistMs: number
  /** How long the server is asked to keep a watch, drawn between the two. */
  readonly watchSeconds: { readonly from: number; readonly to: number }
}

export const defaultReflectorSettings: ReflectorSettings = {
  backoff: { baseMs: 800, maxMs: 30_000 },
  pageSize: 500,
  silenceMs: 180_000,
  relistMs: 600_000,
  watchSeconds: { from: 300, to: 600 },
}

export interface ReflectorOptions<T extends Metadata> {
  readonly client: ClusterClient
  /** `/apis/networking.k8s.io/v1/ingresses` */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly read: (raw: unknown) => T
  readonly cache: ObjectCache<T>
  readonly log: Log
  readonly clock?: Clock
  readonly random?: () => number
  readonly settings?: Partial<ReflectorSettings>
}

/** What has happened to a reflector so far. */
export interface ReflectorCounts {
  readonly lists: number
  readonly watches: number
  readonly failures: number
}

/** A watch said something that only a new list can mend. */
class RelistNeeded extends Error {
  override readonly name = 'RelistNeeded'
}

/**
 * Keeps a cache equal to what the API server holds of one kind: lists in pages, watches from the list's resourceVersion
 * with bookmarks, and never gives up until its signal is aborted.
 *
 * ```
 * the watch ends by itself   watch again from the last resourceVersion, or list where the list has grown old
 * silence                    watch again from the last resourceVersion
 * reset, 5xx, 403            wait (back-off), watch again from the last resourceVersion
 * 410, a line that is broken wait (back-off), list
 * a list fails               wait (back-off), list
 * ```
 */
export class Reflector<T extends Metadata> {
  readonly #options: ReflectorOptions<T>
  readonly #settings: ReflectorSettings
  readonly #clock: Clock
  readonly #random: () => number
  #resourceVersion = ''
  #listedAt = 0
  #heardAt: number
  #waitMs = 0
  #counts = { lists: 0, watches: 0, failures: 0 }

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#settings = { ...defaultReflectorSettings, ...options.settings }
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#heardAt = this.#clock.monotonic()
  }

  /** Milliseconds since the last list, event or bookmark. */
  get staleness(): number {
    return this.#clock.monotonic() - this.#heardAt
  }

  get counts(): ReflectorCounts {
    return { ...this.#counts }
  }

  /** Runs until the signal is aborted; settles then, and never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === '' || this.#listIsOld()) await this.#list(signal)
        await this.#watch(signal)
      } catch (error) {
        if (signal.aborted) return
        await this.#recover(error, signal)
      }
    }
  }

  #listIsOld(): boolean {
    return this.#clock.monotonic() - this.#listedAt > this.#settings.relistMs
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    this.#counts.failures += 1
    if (error instanceof RelistNeeded || hasRemedy(error, 'gone')) this.#resourceVersion = ''
    this.#waitMs = nextWait(this.#waitMs, this.#settings.backoff, this.#random)
    const asked = error instanceof ClusterError ? (error.retryAfterMs ?? 0) : 0
    const waitMs = Math.round(Math.max(this.#waitMs, Math.min(asked, this.#settings.backoff.maxMs)))
    // A history that the server compacted away is ordinary for a quiet kind.
    const { log, path } = this.#options
    if (hasRemedy(error, 'gone')) log.debug({ path, waitMs }, 'watch history expired')
    else log.warn({ err: error, path, waitMs }, 'watch interrupted')
    try {
      await this.#clock.sleep(waitMs, signal)
    } catch (aborted) {
      if (!signal.aborted) throw aborted
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, path, query, read, cache } = this.#options
    const listed = await listAll(client, path, query ?? {}, this.#settings.pageSize, read, signal)
    this.#counts.lists += 1
    cache.replace(listed.objects)
    this.#resourceVersion = listed.resourceVersion
    this.#listedAt = this.#clock.monotonic()
    this.#heardAt = this.#listedAt
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, path, query } = this.#options
    const { from, to } = this.#settings.watchSeconds
    const silence = new AbortController()
    const both = AbortSignal.any([signal, silence.signal])
    const timer = setTimeout(() => silence.abort(new Error('the watch is silent')), this.#settings.silenceMs)
    const openedAt = this.#clock.monotonic()
    this.#counts.watches += 1
    let heard = 0
    try {
      await client.watch(
        path,
        {
          ...query,
          resourceVersion: this.#resourceVersion,
          allowWatchBookmarks: 'true',
          timeoutSeconds: String(Math.ceil(from + this.#random() * (to - from))),
        },
        both,
        (line) => {
          timer.refresh()
          this.#hear(line)
          heard += 1
          this.#waitMs = 0
        },
      )
    } catch (error) {
      // Servers send no bookmark for a kind in which nothing happens: to ask again is no failure.
      if (!silence.signal.aborted || signal.aborted) throw error
      return
    } finally {
      clearTimeout(timer)
    }
    // A server that closes at once would otherwise be asked again in a tight loop.
    const lasted = this.#clock.monotonic() - openedAt
    if (heard === 0 && lasted < this.#settings.backoff.baseMs) throw new Error('the watch was closed at once')
    this.#waitMs = 0
  }

  /** One watch event (Kubernetes API concepts, "Efficient detection of changes"). */
  #hear(line: string): void {
    const event = parsed(line)
    const raw = field(event, 'object')
    const type = field(event, 'type')
    if (type === 'ERROR')
      throw answerError(`WATCH ${this.#options.path}`, false, optionalNumber(field(raw, 'code')) ?? 500, raw)
    const resourceVersion = textOf(at(raw, 'metadata', 'resourceVersion'))
    if (resourceVersion === '') throw new RelistNeeded('an event has no resourceVersion')
    const { cache, read } = this.#options
    if (type === 'ADDED' || type === 'MODIFIED') cache.put(read(raw))
    else if (type === 'DELETED') cache.remove(read(raw))
    else if (type !== 'BOOKMARK') throw new RelistNeeded('an event is of an unknown type')
    this.#resourceVersion = resourceVersion
    this.#heardAt = this.#clock.monotonic()
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new RelistNeeded('an event is no JSON', { cause })
  }
}
