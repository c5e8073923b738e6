import type { AllCaches } from '../../shared/cluster/caches.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import { bindingPort } from '../../shared/plan/binding-port.ts'
import { podTargets } from '../../shared/plan/pod-targets.ts'
import type { Endpoints, PodTarget } from '../../shared/plan/pod-targets.ts'

type Caches = Pick<AllCaches, 'endpointSlices' | 'nodes' | 'pods' | 'services'>

/** What the caches know of Pods that take traffic. */
export const endpointsOf = ({ endpointSlices, nodes, pods }: Omit<Caches, 'services'>): Endpoints => ({
  slices: endpointSlices.list(),
  pod: (namespace, name) => pods.get(`${namespace}/${name}`),
  node: (name) => nodes.get(name),
})

/** The Pods that a binding registers; none of one with other targets. */
export const podsOf = (binding: TargetGroupBinding, caches: Caches): readonly PodTarget[] => {
  const port = bindingPort(binding, caches.services.get(`${binding.namespace}/${binding.spec.serviceRef.name}`))
  return port.is === 'pods' ? podTargets(binding, port.port, endpointsOf(caches)) : []
}
