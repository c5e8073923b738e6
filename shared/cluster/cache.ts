import { nameOf } from '../kubernetes/objects.ts'
import type { Metadata } from '../kubernetes/objects.ts'

/** One object's step: added (only `after`), changed (both) or gone (only `before`). */
export interface Change<T> {
  readonly before?: T
  readonly after?: T
}

/** The objects of one kind, as last heard from the API server. */
export interface Cache<T> {
  /** Whether one complete list has arrived. */
  readonly synced: boolean
  /** @param key `namespace/name`, or the name alone of a cluster-scoped object */
  get(key: string): T | undefined
  /** In the order of arrival; the same array until something changes. */
  list(): readonly T[]
  onChange(handler: (change: Change<T>) => void): void
}

/**
 * A cache that a reflector fills. Objects are told apart by UID: a name whose UID changed is gone and added, never
 * changed. A handler that throws disturbs neither the cache nor the other handlers.
 */
export class ObjectCache<T extends Metadata> implements Cache<T> {
  readonly #onHandlerError: (error: unknown) => void
  readonly #objects = new Map<string, T>()
  readonly #handlers: ((change: Change<T>) => void)[] = []
  #list: readonly T[] | undefined
  #synced = false
  #whenSynced = Promise.withResolvers<void>()

  constructor(onHandlerError: (error: unknown) => void) {
    this.#onHandlerError = onHandlerError
  }

  get synced(): boolean {
    return this.#synced
  }

  /** Settles with the first complete list. */
  whenSynced(): Promise<void> {
    return this.#whenSynced.promise
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)
  }

  list(): readonly T[] {
    this.#list ??= [...this.#objects.values()]
    return this.#list
  }

  onChange(handler: (change: Change<T>) => void): void {
    this.#handlers.push(handler)
  }

  /** Takes a complete list: all of it is readable before the first handler is told. */
  replace(objects: readonly T[]): void {
    const next = new Map(objects.map((object) => [nameOf(object), object]))
    const gone = [...this.#objects].filter(([key]) => !next.has(key)).map(([, before]) => ({ before }))
    const others = [...next].flatMap(([key, after]) => changesOf(this.#objects.get(key), after))
    this.#objects.clear()
    for (const [key, object] of next) this.#objects.set(key, object)
    this.#list = undefined
    this.#synced = true
    this.#whenSynced.resolve()
    for (const change of [...gone, ...others]) this.#tell(change)
  }

  put(after: T): void {
    const key = nameOf(after)
    const changes = changesOf(this.#objects.get(key), after)
    if (changes.length === 0) return
    this.#objects.set(key, after)
    this.#list = undefined
    for (const change of changes) this.#tell(change)
  }

  /** Forgets an object, unless its name belongs to another UID by now. */
  remove(object: T): void {
    const before = this.#objects.get(nameOf(object))
    if (before === undefined || before.uid !== object.uid) return
    this.#objects.delete(nameOf(object))
    this.#list = undefined
    this.#tell({ before })
  }

  #tell(change: Change<T>): void {
    for (const handler of this.#handlers) {
      try {
        handler(change)
      } catch (error) {
        this.#onHandlerError(error)
      }
    }
  }
}

const changesOf = <T extends Metadata>(before: T | undefined, after: T): readonly Change<T>[] => {
  if (before === undefined) return [{ after }]
  if (before.uid !== after.uid) return [{ before }, { after }]
  return before.resourceVersion === after.resourceVersion ? [] : [{ before, after }]
}
