import type { Metadata } from '../kubernetes/objects.ts'
import type { ClusterClient } from './client.ts'
import { listPath, objectPath } from './paths.ts'
import { mergePatch } from './resources.ts'

/** The object that an event tells of. */
export interface EventSubject extends Pick<Metadata, 'namespace' | 'name' | 'uid' | 'resourceVersion'> {
  /** `networking.k8s.io/v1` */
  readonly apiVersion: string
  /** `Ingress` */
  readonly kind: string
}

export interface NewEvent {
  /** Of the event itself; unique in the namespace, by custom `<subject>.<hexadecimal>`. */
  readonly name: string
  readonly subject: EventSubject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who reports: `ingress` or `targetGroupBinding`. */
  readonly component: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Seconds, as `v1` Time writes them. */
const timeText = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** Events of a cluster-scoped object live in `default`. */
const namespaceOf = (subject: EventSubject): string => (subject.namespace === '' ? 'default' : subject.namespace)

/** Writes a `v1` Event. */
export const createEvent = async (client: ClusterClient, event: NewEvent, signal?: AbortSignal): Promise<void> => {
  const namespace = namespaceOf(event.subject)
  const { apiVersion, kind, name, uid, resourceVersion } = event.subject
  const time = timeText(event.at)
  await client.request({
    method: 'POST',
    path: listPath('events', namespace),
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: event.name },
      involvedObject: { apiVersion, kind, namespace: event.subject.namespace, name, uid, resourceVersion },
      type: event.type,
      reason: event.reason,
      message: event.message,
      source: { component: event.component },
      reportingComponent: event.component,
      reportingInstance: '',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    },
    ...(signal === undefined ? {} : { signal }),
  })
}

/**
 * Says that an event happened again.
 * @throws ClusterError `not-found` where the API server has let it expire (after an hour, by default)
 */
export const patchEvent = async (
  client: ClusterClient,
  event: Pick<NewEvent, 'name' | 'subject'>,
  again: { readonly count: number; readonly at: number },
  signal?: AbortSignal,
): Promise<void> => {
  await client.request({
    method: 'PATCH',
    path: objectPath('events', { namespace: namespaceOf(event.subject), name: event.name }),
    contentType: mergePatch,
    body: { count: again.count, lastTimestamp: timeText(again.at) },
    ...(signal === undefined ? {} : { signal }),
  })
}
