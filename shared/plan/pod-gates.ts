import type { Service, TargetGroupBinding } from '../kubernetes/objects.ts'
import { gateOf } from './readiness-gates.ts'

/** A Pod that is being made, as far as its readiness gates depend on it. */
export interface NewPod {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly readinessGates: readonly string[]
}

/** Gates of the controller of 2018; ours stand in their place. */
const oldPrefix = 'target-health.alb.ingress.k8s.aws'

/**
 * The readiness gates of a new Pod: its own, and one for each binding by IP whose Service selects the Pod. Undefined where
 * there is nothing to change.
 */
export const readinessGatesOf = (
  pod: NewPod,
  bindings: readonly TargetGroupBinding[],
  service: (namespace: string, name: string) => Service | undefined,
): readonly string[] | undefined => {
  const ours = bindings
    .filter(
      ({ namespace, deletionTimestamp, spec }) =>
        namespace === pod.namespace &&
        deletionTimestamp === undefined &&
        spec.targetType === 'ip' &&
        selects(service(namespace, spec.serviceRef.name), pod),
    )
    .map(({ name }) => gateOf(name))
    .toSorted()
  if (ours.length === 0) return undefined
  const kept = pod.readinessGates.filter((gate) => !gate.startsWith(oldPrefix))
  const gates = [...new Set([...kept, ...ours])]
  return gates.length === pod.readinessGates.length && gates.every((gate) => pod.readinessGates.includes(gate))
    ? undefined
    : gates
}

/** A Service without a selector selects nothing: somebody else keeps its endpoints. */
const selects = (service: Service | undefined, { labels }: NewPod): boolean => {
  const wanted = Object.entries(service?.selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
