import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { GroupKey } from '../model/model.ts'
import { classOf } from './class.ts'
import type { ClusterView } from './facts.ts'
import type { Flags } from './flags.ts'

/** The finalizer of an implicit group; aws-load-balancer-controller uses the same. */
export const implicitFinalizer = 'ingress.k8s.aws/resources'

/** Finalizers of explicit groups begin so. */
export const explicitFinalizerPrefix = 'group.ingress.k8s.aws/'

/** The finalizer by which aws-load-balancer-controller says that a Service has a load balancer of its own. */
export const serviceFinalizer = 'service.k8s.aws/resources'

/** The finalizer that a member of the group holds. */
export const finalizerOf = (group: GroupKey): string =>
  group.includes('/') ? implicitFinalizer : explicitFinalizerPrefix + group

/** Whether an Ingress holds a finalizer of any group of ours. */
export const holdsFinalizer = (ingress: Ingress): boolean =>
  ingress.finalizers.some((name) => name === implicitFinalizer || name.startsWith(explicitFinalizerPrefix))

/**
 * How an Ingress stands to the group of its own name (every group is implicit here).
 *
 * - `present`: it is ours. One whose class has vanished stays while it holds the finalizer: a lost class deletes nothing.
 * - `leaving`: it holds the finalizer but is deleted, or belongs to another controller now.
 * - `stranger`: neither.
 */
export const membershipOf = (
  ingress: Ingress,
  cluster: ClusterView,
  flags: Flags,
): { readonly is: 'present' | 'leaving' | 'stranger'; readonly group: GroupKey } => {
  const group = nameOf(ingress)
  const holds = ingress.finalizers.includes(implicitFinalizer)
  const leaving = holds ? 'leaving' : 'stranger'
  if (ingress.deletionTimestamp !== undefined) return { is: leaving, group }
  const verdict = classOf(ingress, cluster, flags).is
  switch (verdict) {
    case 'ours':
      return { is: 'present', group }
    case 'missing':
    case 'ambiguous':
      return { is: holds ? 'present' : 'stranger', group }
    case 'foreign':
    case 'none':
      return { is: leaving, group }
    default:
      return verdict satisfies never
  }
}
