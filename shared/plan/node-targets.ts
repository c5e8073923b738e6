import type { Node } from '../kubernetes/objects.ts'

/** Nodes that instance targets are made of, and what is wrong with others. */
export interface NodeTargets {
  /** Instance ids, sorted, each once. */
  readonly instanceIds: readonly string[]
  /** Names of nodes that would serve, but whose provider id names no EC2 instance. */
  readonly withoutInstance: readonly string[]
}

/**
 * The nodes that take traffic: Ready and not excluded by label or taint. With none of them left, those whose readiness
 * is unknown: a control plane that has lost sight of all nodes takes none away.
 */
export const nodeTargets = (nodes: readonly Node[]): NodeTargets => {
  const admitted = nodes.filter(isAdmitted)
  const ready = targetsAmong(admitted.filter((node) => node.ready === 'True'))
  if (ready.instanceIds.length > 0) return ready
  const unknown = targetsAmong(admitted.filter((node) => node.ready === 'Unknown'))
  return { ...unknown, withoutInstance: [...ready.withoutInstance, ...unknown.withoutInstance].toSorted() }
}

/** Labels by which nodes are kept out of load balancers (Kubernetes reference, "Well-Known Labels"). */
const excludingLabels = [
  'node-role.kubernetes.io/master',
  'node.kubernetes.io/exclude-from-external-load-balancers',
  'alpha.service-controller.kubernetes.io/exclude-balancer',
]

const isAdmitted = ({ labels, taints, providerId }: Node): boolean =>
  !excludingLabels.some((label) => Object.hasOwn(labels, label)) &&
  labels['eks.amazonaws.com/compute-type'] !== 'fargate' &&
  !providerId.startsWith('eks-hybrid://') &&
  !taints.some(
    ({ key, effect }) =>
      key === 'ToBeDeletedByClusterAutoscaler' || (key === 'karpenter.sh/disrupted' && effect === 'NoSchedule'),
  )

const targetsAmong = (nodes: readonly Node[]): NodeTargets => {
  const placed = nodes.map(({ name, providerId }) => ({ name, id: instanceIdOf(providerId) }))
  return {
    instanceIds: [...new Set(placed.flatMap(({ id }) => id ?? []))].toSorted(),
    withoutInstance: placed.flatMap(({ name, id }) => (id === undefined ? [name] : [])).toSorted(),
  }
}

/** `i-0a1b` of `aws:///ap-northeast-1a/i-0a1b`. */
const instanceIdOf = (providerId: string): string | undefined => /(?:^|\/)(i-[^/]+)$/.exec(providerId)?.[1]
