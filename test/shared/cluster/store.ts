/** The memory of the fake API server: objects by path, one revision for each write, and the events of a watch. */

type Json = Record<string, unknown>

export interface StoredObject {
  readonly path: string
  readonly object: Json & { readonly metadata: Json }
}

export interface StoredEvent {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly path: string
  readonly object: Json & { readonly metadata: Json }
}

/** Refuses as the API server does: HTTP status, reason, sentence. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string
  readonly causes: readonly string[]

  constructor(status: number, reason: string, message: string, causes: readonly string[] = []) {
    super(message)
    this.status = status
    this.reason = reason
    this.causes = causes
  }
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const metadataOf = (object: Json): Json => (isJson(object['metadata']) ? object['metadata'] : {})

/** RFC 7396. */
export const merged = (target: unknown, patch: unknown): unknown => {
  if (!isJson(patch)) return patch
  const result: Json = isJson(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

export class Store {
  readonly #objects = new Map<string, StoredObject['object']>()
  readonly #events: StoredEvent[] = []
  readonly #listeners = new Set<() => void>()
  #revision = 100
  #uid = 0
  #oldest = 0

  get revision(): number {
    return this.#revision
  }

  list(collection: string): readonly StoredObject[] {
    return [...this.#objects]
      .filter(([path]) => inCollection(path, collection))
      .map(([path, object]) => ({ path, object }))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  get(path: string): StoredObject['object'] {
    const object = this.#objects.get(path)
    if (object === undefined) throw new Refusal(404, 'NotFound', `${path} not found`)
    return object
  }

  create(collection: string, object: Json): StoredObject['object'] {
    const metadata = metadataOf(object)
    const path = `${collection}/${String(metadata['name'])}`
    if (this.#objects.has(path)) throw new Refusal(409, 'AlreadyExists', `${path} already exists`)
    this.#uid += 1
    return this.#write('ADDED', path, { ...object, metadata: { ...metadata, uid: `uid-${this.#uid}` } })
  }

  /** Writes what `change` makes of the object, unless it asks for another resourceVersion than there is. */
  change(path: string, change: (object: Json) => Json): StoredObject['object'] {
    const before = this.get(path)
    const after = change(before)
    const [was, wants] = [metadataOf(before), metadataOf(after)]
    if (wants['resourceVersion'] !== was['resourceVersion']) {
      throw new Refusal(409, 'Conflict', 'the object has been modified')
    }
    if (wants['uid'] !== was['uid']) throw new Refusal(422, 'Invalid', 'metadata.uid: field is immutable')
    if (JSON.stringify(before) === JSON.stringify(after)) return before
    return this.#write('MODIFIED', path, { ...after, metadata: wants })
  }

  delete(path: string, uid?: unknown): void {
    const before = this.get(path)
    if (uid !== undefined && uid !== before.metadata['uid'])
      throw new Refusal(409, 'Conflict', 'uid precondition failed')
    this.#objects.delete(path)
    this.#write('DELETED', path, before)
  }

  /** Events after a revision; refuses one that was compacted away. */
  eventsAfter(revision: number, collection: string): readonly StoredEvent[] {
    if (revision < this.#oldest) throw new Refusal(410, 'Expired', `too old resource version: ${revision}`)
    return this.#events.filter((event) => event.revision > revision && inCollection(event.path, collection))
  }

  compact(): void {
    this.#oldest = this.#revision
    this.#events.length = 0
  }

  onWrite(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #write(type: StoredEvent['type'], path: string, object: StoredObject['object']): StoredObject['object'] {
    this.#revision += 1
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } }
    if (type !== 'DELETED') this.#objects.set(path, written)
    this.#events.push({ revision: this.#revision, type, path, object: written })
    for (const listener of this.#listeners) listener()
    return written
  }
}

/** `/apis/g/v1/ingresses` holds `/apis/g/v1/namespaces/a/ingresses/x` too. */
const inCollection = (path: string, collection: string): boolean => {
  const parts = path.split('/')
  const parent = parts.slice(0, -1).join('/')
  if (parent === collection) return true
  const at = parts.indexOf('namespaces')
  return at > 0 && [...parts.slice(0, at), ...parts.slice(at + 2, -1)].join('/') === collection
}
