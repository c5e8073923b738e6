import type { Pod, PodCondition } from '../kubernetes/objects.ts'
import type { ObservedTarget } from '../model/observed.ts'
import type { PodTarget } from './pod-targets.ts'
import type { TargetRef } from './step.ts'

/** The condition of a Pod that tells whether its target is healthy; aws-load-balancer-controller has the same. */
export const gateOf = (bindingName: string): string => `target-health.elbv2.k8s.aws/${bindingName}`

/** A condition to be written to a Pod. */
export interface GateWrite {
  readonly pod: Pod
  readonly condition: PodCondition
}

export interface GatePlan {
  readonly writes: readonly GateWrite[]
  /** Pods wait for targets that are not healthy yet, so health is to be asked again. */
  readonly isWaiting: boolean
}

/** Pods among the targets that wait for the gate of a binding and are not known to be healthy. */
export const waitingPods = (bindingName: string, targets: readonly PodTarget[]): readonly PodTarget[] =>
  targets.filter(({ pod }) => hasGate(pod, bindingName) && conditionOf(pod, bindingName)?.status !== 'True')

/**
 * The conditions of the Pods that carry the gate of a binding, from the health of their targets; only those that differ.
 * `registered` are the targets that this pass registered, of which AWS may say nothing yet.
 */
export const planGates = (
  bindingName: string,
  targets: readonly PodTarget[],
  observed: readonly ObservedTarget[],
  registered: readonly TargetRef[],
): GatePlan => {
  const health = new Map(observed.map((target) => [`${target.id}:${target.port}`, target]))
  const fresh = new Set(registered.map(({ id, port }) => `${id}:${port}`))
  const gated = targets
    .filter(({ pod }) => hasGate(pod, bindingName))
    .map(({ address, port, pod }) => {
      const key = `${address}:${port}`
      const target = health.get(key)
      const type = gateOf(bindingName)
      return { pod, condition: { type, ...(fresh.has(key) ? inProgress : stateOf(target)) } }
    })
  return {
    writes: gated.filter(({ pod, condition }) => !isSame(conditionOf(pod, bindingName), condition)),
    isWaiting: gated.some(({ condition }) => condition.status !== 'True'),
  }
}

/** The conditions that let go of every Pod that waits for a binding that is deleted. */
export const releasedGates = (bindingName: string, pods: readonly Pod[]): readonly GateWrite[] =>
  pods
    .filter((pod) => hasGate(pod, bindingName))
    .map((pod) => ({ pod, condition: { type: gateOf(bindingName), status: 'True', ...bindingDeleted } }))
    .filter(({ pod, condition }) => !isSame(conditionOf(pod, bindingName), condition))

const inProgress = {
  status: 'False',
  reason: 'Elb.RegistrationInProgress',
  message: 'Target registration is in progress',
}
const bindingDeleted = { reason: '', message: 'Target Group Binding is deleted' }

const stateOf = (target: ObservedTarget | undefined): Omit<PodCondition, 'type'> => {
  if (target === undefined) return { status: 'Unknown', reason: '', message: '' }
  const status = target.state === 'healthy' ? 'True' : 'False'
  return { status, reason: target.reason ?? '', message: target.description ?? '' }
}

const hasGate = ({ readinessGates }: Pod, bindingName: string): boolean => readinessGates.includes(gateOf(bindingName))

const conditionOf = ({ conditions }: Pod, bindingName: string): PodCondition | undefined =>
  conditions.find(({ type }) => type === gateOf(bindingName))

const isSame = (found: PodCondition | undefined, wanted: PodCondition): boolean =>
  found?.status === wanted.status && found.reason === wanted.reason && found.message === wanted.message
