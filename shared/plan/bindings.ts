import { nameOf, type Node, type Service, type TargetGroupBinding } from '../kubernetes/objects.ts'
import type { ObservedTarget } from '../model/observed.ts'
import { bindingPort } from './binding-port.ts'
import { nodeTargets } from './node-targets.ts'
import { type Endpoints, type PodTarget, podTargets } from './pod-targets.ts'
import type { Step, TargetRef } from './step.ts'

/** An event on a binding. */
export interface BindingProblem {
  readonly reason: 'BackendNotFound' | 'FailedReconcile' | 'FailedNetworkReconcile' | 'TargetsLeftOut'
  readonly message: string
}

export interface TargetPlan {
  /** Of the lane `binding`, without a group. New targets are registered before stale ones are deregistered. */
  readonly steps: readonly Step[]
  readonly problems: readonly BindingProblem[]
  /** The Pods among the targets that are wanted. */
  readonly pods: readonly PodTarget[]
  /** How many targets have no room now. */
  readonly leftOut: number
}

/** Targets that one call of RegisterTargets or DeregisterTargets takes. */
const perCall = 200

/**
 * The steps that bring the targets of one binding in line with the nodes of the cluster, or the Pods. A Service or port that is not
 * there means no targets; what cannot be decided leaves the targets alone.
 *
 * | observed \ desired | wanted | not wanted |
 * |---|---|---|
 * | absent or draining | register | – |
 * | registered | – | deregister |
 *
 * With `mostTargets` new ones are registered as far as there is room beside all that AWS still counts: those that are
 * registered, that drain, or that go in the same pass.
 */
export const planTargets = ({
  binding,
  service,
  nodes,
  endpoints,
  isOutside = () => false,
  observed,
  mostTargets = 0,
}: {
  readonly binding: TargetGroupBinding
  readonly service: Service | undefined
  readonly nodes: readonly Node[]
  readonly endpoints: Endpoints
  /** Whether an address lies outside the blocks of the VPC. */
  readonly isOutside?: (address: string) => boolean
  readonly observed: readonly ObservedTarget[]
  /** Most targets of one target group; 0: as many as there are. */
  readonly mostTargets?: number
}): TargetPlan => {
  const port = bindingPort(binding, service)
  if (port.is === 'unusable')
    return { steps: [], problems: [{ reason: 'FailedReconcile', message: port.why }], pods: [], leftOut: 0 }
  const { instanceIds, withoutInstance } = port.is === 'node-port' ? nodeTargets(nodes) : noNodes
  const pods = port.is === 'pods' ? podTargets(binding, port.port, endpoints) : []
  const desired: readonly TargetRef[] =
    port.is === 'node-port'
      ? instanceIds.map((id) => ({ id, port: port.nodePort }))
      : pods.map((target) => targetOf(target, isOutside))
  const isIp = binding.spec.targetType === 'ip'
  const present = observed.map(({ id, port, state }) => ({
    target: isIp ? targetOf({ address: id, port }, isOutside) : { id, port },
    isDraining: state.endsWith('draining'),
  }))
  const registered = present.filter(({ isDraining }) => !isDraining).map(({ target }) => target)
  const missing = without(desired, registered)
  const counted = without(
    present.map(({ target }) => target),
    missing,
  )
  const room = mostTargets === 0 ? missing.length : Math.max(0, mostTargets - counted.length)
  const leftOut = Math.max(0, missing.length - room)
  return {
    steps: [
      ...inCalls(binding, 'register-targets', missing.slice(0, room)),
      ...inCalls(binding, 'deregister-targets', without(registered, desired)),
    ],
    problems: [
      ...(port.is === 'missing'
        ? [{ reason: 'BackendNotFound', message: port.why } as const]
        : nodeProblems(withoutInstance)),
      ...(leftOut === 0 ? [] : [surplus(leftOut, without(desired, []).length, mostTargets)]),
    ],
    pods,
    leftOut,
  }
}

const noNodes = { instanceIds: [], withoutInstance: [] } as const

const surplus = (leftOut: number, of: number, mostTargets: number): BindingProblem => ({
  reason: 'TargetsLeftOut',
  message: `${leftOut} of ${of} targets left out: --max-targets-per-target-group is ${mostTargets}`,
})

const targetOf = (
  { address, port }: Pick<PodTarget, 'address' | 'port'>,
  isOutside: (address: string) => boolean,
): TargetRef => ({ id: address, port, ...(isOutside(address) ? { zone: 'all' } : {}) })

const nodeProblems = (names: readonly string[]): readonly BindingProblem[] => {
  if (names.length === 0) return []
  const shown = names.slice(0, 3).join(', ')
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return [
    { reason: 'FailedReconcile', message: `left out, as spec.providerID names no EC2 instance: node ${shown}${more}` },
  ]
}

/** Targets of the first list that the second does not hold, sorted, each once. */
const without = (targets: readonly TargetRef[], others: readonly TargetRef[]): readonly TargetRef[] => {
  const left = new Set(others.map(targetKey))
  const found = new Map(targets.map((target) => [targetKey(target), target]))
  return [...found]
    .filter(([key]) => !left.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, target]) => target)
}

const targetKey = ({ id, port }: TargetRef): string => `${id}:${port}`

const inCalls = (
  binding: TargetGroupBinding,
  is: 'register-targets' | 'deregister-targets',
  targets: readonly TargetRef[],
): readonly Step[] =>
  Array.from({ length: Math.ceil(targets.length / perCall) }, (_, call) => ({
    id: `binding/${is}/${nameOf(binding)}/${call + 1}`,
    lane: 'binding',
    phase: is === 'register-targets' ? 'make' : 'remove',
    group: '',
    because: [],
    is,
    targetGroup: { arn: binding.spec.targetGroupARN },
    targets: targets.slice(call * perCall, (call + 1) * perCall),
  }))
