import type { Cache } from '../shared/cluster/cache.ts'
import { nameOf } from '../shared/kubernetes/objects.ts'
import type { Metadata } from '../shared/kubernetes/objects.ts'
import type { Timing } from './timing.ts'

/** A watch that has not told of a write after so long never will, for example when a relist skipped the object. */
const believedMs = 60_000

/**
 * A cache in front of which our own writes stand until it has heard of them, so that a pass that follows its own write
 * does not act on what was there before.
 */
export class OwnWrites<T extends Metadata> {
  readonly #cache: Cache<T>
  readonly #timing: Timing
  readonly #written = new Map<string, { readonly object: T; readonly at: number }>()
  readonly #deleted = new Map<string, string>()

  constructor(cache: Cache<T>, timing: Timing) {
    this.#cache = cache
    this.#timing = timing
    cache.onChange(({ before, after }) => {
      const changed = after ?? before
      if (changed === undefined) return
      const key = nameOf(changed)
      const written = this.#written.get(key)?.object
      if (written !== undefined && (after === undefined ? written.uid === changed.uid : isAsNew(after, written))) {
        this.#written.delete(key)
      }
      if (after === undefined || after.uid !== this.#deleted.get(key)) this.#deleted.delete(key)
    })
  }

  get(key: string): T | undefined {
    return this.#newer(key, this.#cache.get(key))
  }

  list(): readonly T[] {
    if (this.#written.size === 0 && this.#deleted.size === 0) return this.#cache.list()
    const cached = new Map(this.#cache.list().map((object) => [nameOf(object), object]))
    const keys = new Set([...cached.keys(), ...this.#written.keys()])
    return [...keys].flatMap((key) => this.#newer(key, cached.get(key)) ?? [])
  }

  /** Notes what the API server answered to a write of ours. */
  wrote(object: T): void {
    const cached = this.#cache.get(nameOf(object))
    if (cached === undefined || !isAsNew(cached, object))
      this.#written.set(nameOf(object), { object, at: this.#timing.now() })
  }

  /** Notes that an object of ours is gone for good. */
  deleted(object: T): void {
    this.#written.delete(nameOf(object))
    if (this.#cache.get(nameOf(object))?.uid === object.uid) this.#deleted.set(nameOf(object), object.uid)
  }

  /** Believes the cache again, after the API server contradicted what we thought to know. */
  forget(key: string): void {
    this.#written.delete(key)
    this.#deleted.delete(key)
  }

  #newer(key: string, cached: T | undefined): T | undefined {
    if (cached !== undefined && cached.uid === this.#deleted.get(key)) return undefined
    const written = this.#written.get(key)
    if (written === undefined) return cached
    if (this.#timing.now() - written.at < believedMs) return written.object
    this.#written.delete(key)
    return cached
  }
}

/** Resource versions of one kind are decimal numbers that grow (Kubernetes API Concepts, "Resource versions"). */
const isAsNew = (cached: Metadata, written: Metadata): boolean =>
  cached.resourceVersion === written.resourceVersion ||
  (/^\d+$/.test(cached.resourceVersion) &&
    /^\d+$/.test(written.resourceVersion) &&
    BigInt(cached.resourceVersion) >= BigInt(written.resourceVersion))
