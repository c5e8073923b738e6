import type { EndpointSlice, Node, Pod, ServicePort, TargetGroupBinding } from '../kubernetes/objects.ts'

/** What of the cluster says which Pods take traffic. */
export interface Endpoints {
  readonly slices: readonly EndpointSlice[]
  readonly pod: (namespace: string, name: string) => Pod | undefined
  readonly node: (name: string) => Node | undefined
}

/** A Pod behind a Service port, as it is registered. */
export interface PodTarget {
  readonly address: string
  readonly port: number
  readonly pod: Pod
}

/**
 * The Pods that a binding with targets by IP registers: those that the EndpointSlices of its Service call ready, and those
 * whose containers are ready and that wait for a readiness gate of ours alone. With none left, those on nodes of which the
 * control plane has lost sight. Sorted, each address and port once; Pods that the cache does not know are left out.
 */
export const podTargets = (
  binding: TargetGroupBinding,
  { name }: ServicePort,
  endpoints: Endpoints,
): readonly PodTarget[] => {
  const family = binding.spec.ipAddressType === 'ipv6' ? 'IPv6' : 'IPv4'
  const ready = new Map<string, PodTarget>()
  const unknown = new Map<string, PodTarget>()
  for (const slice of endpoints.slices) {
    if (slice.namespace !== binding.namespace || slice.service !== binding.spec.serviceRef.name) continue
    if (slice.addressType !== family) continue
    const ports = slice.ports.filter((port) => name === undefined || port.name === name)
    for (const { address, pod: podName, ready: isReady, terminating } of slice.endpoints) {
      const pod = endpoints.pod(slice.namespace, podName)
      if (pod === undefined) continue
      const chosen = isReady ? ready : startingOn(pod, terminating, endpoints, { ready, unknown })
      for (const { port } of ports) chosen?.set(`${address}:${port}`, { address, port, pod })
    }
  }
  const found = ready.size > 0 ? ready : unknown
  return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, target]) => target)
}

/** Where a Pod that is not ready counts: it may wait for a readiness gate, which opens once it is registered. */
const startingOn = <T>(
  pod: Pod,
  terminating: boolean,
  { node }: Endpoints,
  lists: { readonly ready: T; readonly unknown: T },
): T | undefined => {
  const containersReady = pod.conditions.some(({ type, status }) => type === 'ContainersReady' && status === 'True')
  if (terminating || pod.deletionTimestamp !== undefined || !containersReady) return undefined
  const of = node(pod.nodeName)?.ready
  if (of === 'True') return lists.ready
  return of === 'Unknown' ? lists.unknown : undefined
}

/** A cluster without Pods. */
export const noEndpoints: Endpoints = { slices: [], pod: () => undefined, node: () => undefined }
