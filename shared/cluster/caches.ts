import type { ClusterView } from '../ingress/facts.ts'
import type {
  ConfigMap,
  EndpointSlice,
  Ingress,
  IngressClass,
  Metadata,
  Namespace,
  Node,
  Pod,
  Service,
  TargetGroupBinding,
} from '../kubernetes/objects.ts'
import {
  readConfigMap,
  readIngress,
  readIngressClass,
  readNamespace,
  readNode,
  readService,
  readTargetGroupBinding,
} from '../kubernetes/read.ts'
import { readEndpointSlice, readPod } from '../kubernetes/read-pods.ts'
import type { Clock } from '../process/clock.ts'
import type { Log } from '../process/log.ts'
import { ObjectCache } from './cache.ts'
import type { Cache } from './cache.ts'
import type { ClusterClient } from './client.ts'
import { listPath } from './paths.ts'
import { recordSelector } from './records.ts'
import { Reflector } from './reflector.ts'
import type { ReflectorSettings } from './reflector.ts'

/** Every kind that can be cached. */
export interface AllCaches {
  readonly ingresses: Cache<Ingress>
  readonly ingressClasses: Cache<IngressClass>
  readonly namespaces: Cache<Namespace>
  readonly services: Cache<Service>
  readonly nodes: Cache<Node>
  readonly endpointSlices: Cache<EndpointSlice>
  readonly pods: Cache<Pod>
  readonly bindings: Cache<TargetGroupBinding>
  /** The records of groups, in the controller's namespace. */
  readonly records: Cache<ConfigMap>
}

/** What the controller keeps: namespaces are for the webhook alone. */
export type ControllerCaches = Omit<AllCaches, 'namespaces'>

export type CachedKind = keyof AllCaches

/** What one reflector has to say of itself, for metrics and readiness. */
export interface CacheState {
  readonly kind: CachedKind
  readonly synced: boolean
  readonly objects: number
  /** Milliseconds since the last list, event or bookmark. */
  readonly staleness: number
  readonly lists: number
  readonly watches: number
  readonly failures: number
  readonly handlerErrors: number
}

export interface CacheControl {
  /** Settles when each chosen kind has been listed once; rejects with the signal's reason. */
  synced(): Promise<void>
  states(): readonly CacheState[]
  /** Settles when every reflector has stopped, after the signal. */
  stopped(): Promise<void>
}

export interface CacheOptions<K extends CachedKind> {
  readonly client: ClusterClient
  readonly log: Log
  /** Ends the watches. */
  readonly signal: AbortSignal
  readonly kinds: readonly K[]
  readonly recordsNamespace: string
  /** Ingresses, Services and bindings of this namespace alone; all where it is empty. */
  readonly watchNamespace?: string
  readonly clock?: Clock
  readonly reflector?: Partial<ReflectorSettings>
}

/** Lists and watches the chosen kinds. Only these are in the result's type; nothing of the others is asked for. */
export const startCaches = <K extends CachedKind>(options: CacheOptions<K>): Pick<AllCaches, K> & CacheControl => {
  const { client, signal, clock, reflector: settings } = options
  const chosen: ReadonlySet<CachedKind> = new Set(options.kinds)
  const running: { state: () => CacheState; done: Promise<void>; synced: Promise<void> }[] = []

  const start = <T extends Metadata>(
    kind: CachedKind,
    path: string,
    read: (raw: unknown) => T,
    query: Readonly<Record<string, string>> = {},
  ): Cache<T> => {
    const log = options.log.child({ kind })
    let handlerErrors = 0
    const cache = new ObjectCache<T>((error) => {
      handlerErrors += 1
      log.error({ err: error }, 'a handler of a cache failed')
    })
    if (!chosen.has(kind)) return cache
    const reflector = new Reflector<T>({
      client,
      path,
      query,
      read,
      cache,
      log,
      ...(clock === undefined ? {} : { clock }),
      ...(settings === undefined ? {} : { settings }),
    })
    running.push({
      state: () => ({
        kind,
        synced: cache.synced,
        objects: cache.list().length,
        staleness: reflector.staleness,
        ...reflector.counts,
        handlerErrors,
      }),
      done: reflector.run(signal),
      synced: cache.whenSynced(),
    })
    return cache
  }

  const namespace = options.watchNamespace ?? ''
  const caches: AllCaches = {
    ingresses: start('ingresses', listPath('ingresses', namespace), readIngress),
    ingressClasses: start('ingressClasses', listPath('ingressclasses'), readIngressClass),
    namespaces: start('namespaces', listPath('namespaces'), readNamespace),
    services: start('services', listPath('services', namespace), readService),
    nodes: start('nodes', listPath('nodes'), readNode),
    endpointSlices: start('endpointSlices', listPath('endpointslices', namespace), readEndpointSlice),
    pods: start('pods', listPath('pods', namespace), readPod),
    bindings: start('bindings', listPath('targetgroupbindings', namespace), readTargetGroupBinding),
    records: start('records', listPath('configmaps', options.recordsNamespace), readConfigMap, {
      labelSelector: recordSelector,
    }),
  }
  const control: CacheControl = {
    synced: () => unlessAborted(signal, Promise.all(running.map(({ synced }) => synced))),
    states: () => running.map(({ state }) => state()),
    stopped: async () => {
      await Promise.all(running.map(({ done }) => done))
    },
  }
  return { ...caches, ...control }
}

const unlessAborted = async (signal: AbortSignal, work: Promise<unknown>): Promise<void> => {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What decisions see of the cluster; lists as they are now. */
export const clusterView = (
  caches: Pick<AllCaches, 'ingresses' | 'ingressClasses' | 'services'> & {
    readonly nodes: Pick<AllCaches['nodes'], 'list'>
  },
): ClusterView => ({
  service: (namespace, name) => caches.services.get(`${namespace}/${name}`),
  ingressClass: (name) => caches.ingressClasses.get(name),
  ingressClasses: caches.ingressClasses.list(),
  ingresses: caches.ingresses.list(),
  nodes: caches.nodes.list(),
})
