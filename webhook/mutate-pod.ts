import { readinessGatesOf } from '../shared/plan/pod-gates.ts'
import type { ClusterView } from '../shared/ingress/facts.ts'
import type { TargetGroupBinding } from '../shared/kubernetes/objects.ts'
import { at, field } from '../shared/kubernetes/raw.ts'
import { readReadinessGates } from '../shared/kubernetes/read-pods.ts'
import { readMetadata } from '../shared/kubernetes/read.ts'
import type { PatchOperation } from './patch.ts'
import type { AdmissionRequest } from './review.ts'

/** What of the cluster a Pod is compared with. */
export interface PodIo {
  readonly cluster: () => Pick<ClusterView, 'service'>
  /** All bindings; none while no readiness gates are wanted. */
  readonly bindings: () => readonly TargetGroupBinding[]
}

const gates = '/spec/readinessGates'

/** The patch that gives a new Pod its readiness gates; empty when nothing changes. */
export const podPatch = (io: PodIo, { object, namespace, operation }: AdmissionRequest): readonly PatchOperation[] => {
  const spec = field(object, 'spec')
  if (operation !== 'CREATE' || typeof spec !== 'object' || spec === null || Array.isArray(spec)) return []
  const pod = { namespace, labels: readMetadata(object).labels, readinessGates: readReadinessGates(object) }
  const wanted = readinessGatesOf(pod, io.bindings(), io.cluster().service)
  if (wanted === undefined) return []
  const op = at(object, 'spec', 'readinessGates') === undefined ? 'add' : 'replace'
  return [{ op, path: gates, value: wanted.map((conditionType) => ({ conditionType })) }]
}
