import { ObjectCache } from '../../shared/cluster/cache.ts'
import type { ClusterCall, ClusterClient } from '../../shared/cluster/client.ts'
import { strategicMergePatch } from '../../shared/cluster/resources.ts'
import { answerError } from '../../shared/cluster/errors.ts'
import type { ClusterError } from '../../shared/cluster/errors.ts'
import type {
  ConfigMap,
  Ingress,
  IngressClass,
  Metadata,
  EndpointSlice,
  Node,
  Pod,
  Service,
  TargetGroupBinding,
} from '../../shared/kubernetes/objects.ts'
import { at, field, listOf, optionalText } from '../../shared/kubernetes/raw.ts'
import {
  readConfigMap,
  readIngress,
  readIngressClass,
  readNode,
  readService,
  readTargetGroupBinding,
} from '../../shared/kubernetes/read.ts'
import { readEndpointSlice, readPod } from '../../shared/kubernetes/read-pods.ts'

export type Raw = Readonly<Record<string, unknown>>

const record = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const merged = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> = { ...record(target) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

/**
 * An API server with memory: objects by path, resource versions, UIDs, preconditions, merge patches, finalizers and
 * deletion. Its caches hear of every change at once, unless they are held back.
 */
export class FakeCluster implements ClusterClient {
  readonly #objects = new Map<string, Raw>()
  readonly #refusals: { readonly method: string; readonly path: string; readonly error: () => ClusterError }[] = []
  #version = 0
  #held: (() => void)[] | undefined
  readonly writes: { readonly method: string; readonly path: string; readonly body: unknown }[] = []

  readonly caches = {
    ingresses: new ObjectCache<Ingress>(rethrow),
    ingressClasses: new ObjectCache<IngressClass>(rethrow),
    services: new ObjectCache<Service>(rethrow),
    nodes: new ObjectCache<Node>(rethrow),
    endpointSlices: new ObjectCache<EndpointSlice>(rethrow),
    pods: new ObjectCache<Pod>(rethrow),
    bindings: new ObjectCache<TargetGroupBinding>(rethrow),
    records: new ObjectCache<ConfigMap>(rethrow),
  }

  constructor() {
    for (const cache of Object.values(this.caches)) cache.replace([])
  }

  /** Answers the next matching call with an error instead. */
  refuse(method: string, path: string, status: number, reason: string, causes: readonly string[] = []): void {
    const body = { reason, details: { causes: causes.map((cause) => ({ reason: cause })) } }
    this.#refusals.push({ method, path, error: () => answerError(`${method} ${path}`, true, status, body) })
  }

  /** Puts an object as a user would, over what is there. */
  put(kind: string, object: Raw): void {
    const namespace = optionalText(at(object, 'metadata', 'namespace')) ?? ''
    const path = `${prefixes[kind] ?? ''}${namespace === '' ? '' : `/namespaces/${namespace}`}/${kind}`
    const name = optionalText(at(object, 'metadata', 'name')) ?? ''
    const before = this.#objects.get(`${path}/${name}`)
    if (before === undefined) this.#create(path, object)
    else
      this.#write(`${path}/${name}`, {
        ...before,
        ...object,
        metadata: { ...record(before['metadata']), ...record(object['metadata']) },
      })
  }

  delete(kind: string, namespace: string, name: string): void {
    this.#delete(`${prefixes[kind] ?? ''}/namespaces/${namespace}/${kind}/${name}`)
  }

  /** All objects of a kind, as they are stored. */
  all(kind: string): readonly Raw[] {
    return [...this.#objects].filter(([path]) => path.split('/').at(-2) === kind).map(([, object]) => object)
  }

  /** Keeps changes from the caches until `letGo`. */
  hold(): void {
    this.#held = []
  }

  /** Lets the caches hear of what was kept from them; with a count, of so many changes only. */
  letGo(count = Infinity): void {
    const told = (this.#held ?? []).splice(0, count)
    if (count === Infinity) this.#held = undefined
    for (const tell of told) tell()
  }

  async request(call: ClusterCall): Promise<unknown> {
    await Promise.resolve()
    const refusal = this.#refusals.findIndex(({ method, path }) => method === call.method && call.path.includes(path))
    if (refusal >= 0) throw this.#refusals.splice(refusal, 1)[0]?.error() ?? new Error('no refusal')
    if (call.method !== 'GET') this.writes.push({ method: call.method, path: call.path, body: call.body })
    switch (call.method) {
      case 'GET':
        return this.#found(call)
      case 'POST': {
        const path = `${call.path}/${optionalText(at(call.body, 'metadata', 'name'))}`
        if (this.#objects.has(path)) throw answerError(`POST ${path}`, true, 409, { reason: 'AlreadyExists' })
        return this.#create(call.path, record(call.body))
      }
      case 'PATCH':
        return this.#patch(call)
      case 'DELETE':
        this.#check(this.#found(call), field(call.body, 'preconditions'))
        this.#delete(call.path)
        return {}
      case 'PUT':
        throw new Error('nothing here is replaced')
      default:
        return call.method satisfies never
    }
  }

  watch(): Promise<void> {
    throw new Error('the caches are told without a watch')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #found({ method, path }: ClusterCall): Raw {
    const object = this.#objects.get(path.replace(/\/status$/, ''))
    if (object === undefined) throw answerError(`${method} ${path}`, method !== 'GET', 404, { reason: 'NotFound' })
    return object
  }

  #check(object: Raw, wanted: unknown): void {
    for (const key of ['uid', 'resourceVersion']) {
      const value = field(wanted, key)
      if (value !== undefined && value !== at(object, 'metadata', key)) {
        throw answerError('PATCH', true, 409, { reason: 'Conflict' })
      }
    }
  }

  #patch(call: ClusterCall): Raw {
    const object = this.#found(call)
    const path = call.path.replace(/\/status$/, '')
    if (call.contentType === 'application/json-patch+json') {
      const values = Object.fromEntries(
        listOf(call.body).map((one) => [String(field(one, 'path')), field(one, 'value')]),
      )
      this.#check(object, { uid: values['/metadata/uid'], resourceVersion: values['/metadata/resourceVersion'] })
      const labels = { labels: values['/metadata/labels'] }
      return this.#write(path, {
        ...object,
        spec: values['/spec'],
        metadata: { ...record(object['metadata']), ...labels },
      })
    }
    this.#check(object, field(call.body, 'metadata'))
    if (call.contentType === strategicMergePatch) {
      const patched = listOf(at(call.body, 'status', 'conditions'))
      const types = new Set(patched.map((one) => field(one, 'type')))
      const kept = listOf(at(object, 'status', 'conditions')).filter((one) => !types.has(field(one, 'type')))
      return this.#write(path, {
        ...object,
        status: { ...record(object['status']), conditions: [...kept, ...patched] },
      })
    }
    return this.#write(path, record(merged(object, call.body)))
  }

  #create(path: string, object: Raw): Raw {
    const metadata = {
      uid: `uid-${this.#version + 1}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 1,
      ...record(object['metadata']),
    }
    return this.#write(`${path}/${optionalText(at(object, 'metadata', 'name'))}`, { ...object, metadata })
  }

  #delete(path: string): void {
    const object = this.#objects.get(path)
    if (object === undefined) return
    this.#write(path, {
      ...object,
      metadata: { ...record(object['metadata']), deletionTimestamp: '2026-01-02T00:00:00Z' },
    })
  }

  #write(path: string, object: Raw): Raw {
    const before = this.#objects.get(path)
    const old = record(before?.['metadata'])
    const changedSpec = before !== undefined && JSON.stringify(before['spec']) !== JSON.stringify(object['spec'])
    const generation = Number(old['generation'] ?? 1) + (changedSpec ? 1 : 0)
    const metadata: Raw = { ...record(object['metadata']), generation, resourceVersion: String(++this.#version) }
    const stored: Raw = { ...object, metadata }
    const gone = metadata['deletionTimestamp'] !== undefined && listOf(metadata['finalizers']).length === 0
    if (gone) this.#objects.delete(path)
    else this.#objects.set(path, stored)
    const tell = () => this.#tell(path.split('/').at(-2) ?? '', stored, gone)
    if (this.#held === undefined) tell()
    else this.#held.push(tell)
    return stored
  }

  #tell(kind: string, raw: Raw, gone: boolean): void {
    const feed = <T extends Metadata>(cache: ObjectCache<T>, object: T) =>
      gone ? cache.remove(object) : cache.put(object)
    switch (kind) {
      case 'ingresses':
        return feed(this.caches.ingresses, readIngress(raw))
      case 'ingressclasses':
        return feed(this.caches.ingressClasses, readIngressClass(raw))
      case 'services':
        return feed(this.caches.services, readService(raw))
      case 'nodes':
        return feed(this.caches.nodes, readNode(raw))
      case 'endpointslices':
        return feed(this.caches.endpointSlices, readEndpointSlice(raw))
      case 'pods':
        return feed(this.caches.pods, readPod(raw))
      case 'targetgroupbindings':
        return feed(this.caches.bindings, readTargetGroupBinding(raw))
      case 'configmaps':
        return feed(this.caches.records, readConfigMap(raw))
      default:
        return undefined
    }
  }
}

const prefixes: Readonly<Record<string, string>> = {
  ingresses: '/apis/networking.k8s.io/v1',
  ingressclasses: '/apis/networking.k8s.io/v1',
  services: '/api/v1',
  nodes: '/api/v1',
  pods: '/api/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  targetgroupbindings: '/apis/elbv2.k8s.aws/v1beta1',
  configmaps: '/api/v1',
}

const rethrow = (error: unknown): never => {
  throw error
}
