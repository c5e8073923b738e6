/**
 * The writes of the product to the API server. Each patch carries the `resourceVersion` that was read: it is a conflict
 * where the object changed since, and no object of the same name made later has it.
 */
import type {
  Ingress,
  IngressStatus,
  Metadata,
  PodCondition,
  TargetGroupBinding,
  TargetGroupBindingSpec,
} from '../kubernetes/objects.ts'
import { readIngress, readTargetGroupBinding } from '../kubernetes/read.ts'
import type { ClusterClient } from './client.ts'
import { hasRemedy } from './errors.ts'
import { listPath, objectPath } from './paths.ts'

export const mergePatch = 'application/merge-patch+json'
const jsonPatch = 'application/json-patch+json'
export const strategicMergePatch = 'application/strategic-merge-patch+json'

/** What is needed of an object to write to it. */
export type Written = Pick<Metadata, 'namespace' | 'name' | 'resourceVersion'>

/**
 * Sets the whole list of finalizers of an Ingress or a TargetGroupBinding.
 * @returns the raw object as it is now
 * @throws ClusterError `conflict` where the object changed since it was read
 */
export const patchFinalizers = (
  client: ClusterClient,
  kind: 'ingresses' | 'targetgroupbindings',
  object: Written,
  finalizers: readonly string[],
  signal?: AbortSignal,
): Promise<unknown> =>
  client.request({
    method: 'PATCH',
    path: objectPath(kind, object),
    contentType: mergePatch,
    body: { metadata: { resourceVersion: object.resourceVersion, finalizers } },
    ...(signal === undefined ? {} : { signal }),
  })

/** Reads one Ingress from the API server itself; `undefined` where there is none. */
export const getIngress = async (
  client: ClusterClient,
  object: { readonly namespace: string; readonly name: string },
): Promise<Ingress | undefined> => {
  try {
    return readIngress(await client.request({ method: 'GET', path: objectPath('ingresses', object) }))
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

/**
 * Sets `status.loadBalancer` of an Ingress; a status without a hostname clears it. Ports are written without a protocol, as
 * aws-load-balancer-controller writes them.
 */
export const patchIngressStatus = async (
  client: ClusterClient,
  ingress: Written,
  status: IngressStatus,
  signal?: AbortSignal,
): Promise<Ingress> => {
  const entries = status.hostname === undefined ? null : [{ hostname: status.hostname, ports: status.ports }]
  const answer = await client.request({
    method: 'PATCH',
    path: objectPath('ingresses', ingress, 'status'),
    contentType: mergePatch,
    body: { metadata: { resourceVersion: ingress.resourceVersion }, status: { loadBalancer: { ingress: entries } } },
    ...(signal === undefined ? {} : { signal }),
  })
  return readIngress(answer)
}

export interface NewTargetGroupBinding {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly finalizers: readonly string[]
  readonly spec: TargetGroupBindingSpec
}

/** @throws ClusterError `already-exists`; `forbidden` in a namespace that is being deleted */
export const createTargetGroupBinding = async (
  client: ClusterClient,
  binding: NewTargetGroupBinding,
  signal?: AbortSignal,
): Promise<TargetGroupBinding> => {
  const { spec, ...metadata } = binding
  const answer = await client.request({
    method: 'POST',
    path: listPath('targetgroupbindings', binding.namespace),
    body: { apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'TargetGroupBinding', metadata, spec },
    ...(signal === undefined ? {} : { signal }),
  })
  return readTargetGroupBinding(answer)
}

/** Replaces spec and labels as a whole, so that no field of an older shape stays. */
export const replaceTargetGroupBinding = async (
  client: ClusterClient,
  object: Written,
  next: { readonly labels: Readonly<Record<string, string>>; readonly spec: TargetGroupBindingSpec },
  signal?: AbortSignal,
): Promise<TargetGroupBinding> => {
  const answer = await client.request({
    method: 'PATCH',
    path: objectPath('targetgroupbindings', object),
    contentType: jsonPatch,
    body: [
      { op: 'replace', path: '/metadata/resourceVersion', value: object.resourceVersion },
      { op: 'add', path: '/metadata/labels', value: next.labels },
      { op: 'replace', path: '/spec', value: next.spec },
    ],
    ...(signal === undefined ? {} : { signal }),
  })
  return readTargetGroupBinding(answer)
}

export const getTargetGroupBinding = async (
  client: ClusterClient,
  object: { readonly namespace: string; readonly name: string },
): Promise<TargetGroupBinding | undefined> => {
  try {
    const raw = await client.request({ method: 'GET', path: objectPath('targetgroupbindings', object) })
    return readTargetGroupBinding(raw)
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

export const patchTargetGroupBindingStatus = async (
  client: ClusterClient,
  object: Written,
  status: { readonly observedGeneration: number },
  signal?: AbortSignal,
): Promise<TargetGroupBinding> => {
  const answer = await client.request({
    method: 'PATCH',
    path: objectPath('targetgroupbindings', object, 'status'),
    contentType: mergePatch,
    body: { metadata: { resourceVersion: object.resourceVersion }, status },
    ...(signal === undefined ? {} : { signal }),
  })
  return readTargetGroupBinding(answer)
}

/**
 * Sets one condition of a Pod and leaves the others as they are.
 *
 * @param changedAt RFC 3339, where the status changes
 * @throws ClusterError `not-found` where the Pod is gone, `conflict` where its name belongs to another one by now
 */
export const patchPodCondition = async (
  client: ClusterClient,
  pod: Pick<Metadata, 'namespace' | 'name' | 'uid'>,
  condition: PodCondition,
  changedAt: string | undefined,
  signal?: AbortSignal,
): Promise<void> => {
  await client.request({
    method: 'PATCH',
    path: objectPath('pods', pod, 'status'),
    contentType: strategicMergePatch,
    body: {
      metadata: { uid: pod.uid },
      status: {
        conditions: [{ ...condition, ...(changedAt === undefined ? {} : { lastTransitionTime: changedAt }) }],
      },
    },
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Asks for the deletion of one object; one that is gone already, or whose name has another UID by now, is done. */
export const deleteObject = async (
  client: ClusterClient,
  kind: 'targetgroupbindings' | 'configmaps',
  object: Pick<Metadata, 'namespace' | 'name' | 'uid'>,
  signal?: AbortSignal,
): Promise<void> => {
  try {
    await client.request({
      method: 'DELETE',
      path: objectPath(kind, object),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: object.uid } },
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (!hasRemedy(error, 'not-found', 'conflict')) throw error
  }
}
