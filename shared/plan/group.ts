import type { DesiredStack, GroupKey } from '../model/model.ts'
import { nameOf } from '../kubernetes/objects.ts'
import { groupLabels, tagKeys } from '../names/tags.ts'
import { groupId } from '../names/group-id.ts'
import type { ObservedLoadBalancer } from '../model/observed.ts'
import { isUnread } from './attributes.ts'
import { type GroupWorld, stepWriter, type StepWriter } from './context.ts'
import { planListeners } from './listeners.ts'
import { findLoadBalancer, loadBalancersOf, planLoadBalancer } from './load-balancer.ts'
import { fright } from './safety.ts'
import { planSecurityGroups, removeManagedGroup } from './security-groups.ts'
import type { Plan, PlanRead, Step } from './step.ts'
import { findTargetGroup, planTargetGroups } from './target-groups.ts'

const nothing: Plan = { steps: [], reads: [] }

/**
 * The ordered AWS writes of one group. Create before switch, switch before remove; what does not carry our tags is never
 * looked at. When listeners or attributes that are wanted are needed and
 * unread, `reads` names them and the plan is asked again.
 *
 * | model | plan |
 * |---|---|
 * | stack | make and change what differs, then remove what nothing wants |
 * | nothing | load balancer, bindings, target groups, managed group go, in this order |
 * | untouched | nothing |
 *
 * @throws on a listing that is not complete: nothing is decided on it.
 */
export const planGroup = (unsorted: GroupWorld): Plan => {
  if (!unsorted.observed.complete) throw new Error('a plan needs a complete listing')
  const world = inOrder(unsorted)
  switch (world.model.is) {
    case 'stack':
      return planStack(world, world.model.group, world.model.stack)
    case 'nothing':
      return planNothing(world, world.model.group, world.model.protectedBy)
    case 'untouched':
      return nothing
    default:
      return world.model satisfies never
  }
}

/** The same world with every list sorted, so that equal worlds give equal plans to the byte. */
const inOrder = (world: GroupWorld): GroupWorld => ({
  ...world,
  bindings: world.bindings.toSorted(by(nameOf)),
  observed: {
    ...world.observed,
    loadBalancers: world.observed.loadBalancers.toSorted(by(({ arn }) => arn)).map((balancer) =>
      balancer.listeners.is === 'unread'
        ? balancer
        : {
            ...balancer,
            listeners: { is: 'read', value: balancer.listeners.value.toSorted((a, b) => a.port - b.port) },
          },
    ),
    targetGroups: world.observed.targetGroups.toSorted(by(({ arn }) => arn)),
    securityGroups: world.observed.securityGroups
      .toSorted(by(({ id }) => id))
      .map((group) => ({ ...group, inbound: group.inbound.toSorted(by((rule) => JSON.stringify(rule))) })),
  },
})

const by =
  <T>(key: (value: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1

const planStack = (world: GroupWorld, group: GroupKey, stack: DesiredStack): Plan => {
  const live = findLoadBalancer(world, stack.loadBalancer)
  const reads = unreadOf(world, stack, live)
  if (reads.length > 0) {
    if (world.trusted && writeStack(world, group, stack, false).length === 0) return nothing
    return { steps: [], reads }
  }
  const steps = writeStack(world, group, stack, true)
  const reason = fright(world, steps)
  return reason === undefined ? { steps, reads: [] } : { steps, reads: [], fright: reason }
}

/** Details that the plan needs and that nobody has read. */
const unreadOf = (
  world: GroupWorld,
  stack: DesiredStack,
  live: ObservedLoadBalancer | undefined,
): readonly PlanRead[] => [
  ...(live !== undefined && live.listeners.is === 'unread' ? [{ of: 'listeners', arn: live.arn } as const] : []),
  ...(live !== undefined && isUnread(stack.loadBalancer.attributes, live.attributes)
    ? [{ of: 'load-balancer-attributes', arn: live.arn } as const]
    : []),
  ...stack.targetGroups.flatMap((desired) => {
    const found = findTargetGroup(world.observed.targetGroups, desired, live?.arn)
    return found !== undefined && isUnread(desired.attributes, found.attributes)
      ? [{ of: 'target-group-attributes', arn: found.arn } as const]
      : []
  }),
]

const writeStack = (world: GroupWorld, group: GroupKey, stack: DesiredStack, listeners: boolean): readonly Step[] => {
  const writer = stepWriter(group)
  const because = membersOf(stack)
  const security = planSecurityGroups(writer, world, stack.securityGroups, because)
  const loadBalancer = planLoadBalancer(writer, world, stack.loadBalancer, security.onLoadBalancer, because)
  const live = findLoadBalancer(world, stack.loadBalancer)
  const targetGroups = planTargetGroups(writer, world, stack.targetGroups, live?.arn, security.source)
  if (listeners && loadBalancer !== undefined) {
    const observed = live !== undefined && live.listeners.is === 'read' ? live.listeners.value : []
    planListeners(writer, world, loadBalancer, stack.listeners, observed, targetGroups)
  }
  removeTargetGroups(writer, world, targetGroups.unwanted)
  security.remove()
  return inPhases(writer.steps)
}

const membersOf = (stack: DesiredStack): readonly string[] => [
  ...new Set([
    ...stack.listeners.flatMap(({ rules }) => rules.map(({ member }) => member)),
    ...stack.targetGroups.map(({ member }) => member),
  ]),
]

const removeTargetGroups = (
  writer: StepWriter,
  world: GroupWorld,
  targetGroups: readonly { readonly arn: string; readonly name: string }[],
): void => {
  for (const { arn } of targetGroups)
    for (const binding of world.bindings.filter(({ spec }) => spec.targetGroupARN === arn))
      writer.add(`${binding.namespace}/${binding.name}`, 'remove', [], {
        is: 'delete-binding',
        namespace: binding.namespace,
        name: binding.name,
      })
  for (const { arn, name } of targetGroups)
    writer.add(arn, 'remove', [], { is: 'delete-target-group', targetGroup: { arn }, name })
}

/** While a member protects the load balancer that is there, all stays. */
const planNothing = (world: GroupWorld, group: GroupKey, protectedBy: readonly string[] = []): Plan =>
  protectedBy.length > 0 && loadBalancersOf(world).length > 0
    ? { ...nothing, protectedBy }
    : { steps: deletion(world, group), reads: [] }

/** Everything of the group, dependants first. Asks nothing and makes nothing. */
const deletion = (world: GroupWorld, group: GroupKey): readonly Step[] => {
  const writer = stepWriter(group)
  for (const { arn, name } of loadBalancersOf(world))
    writer.add(arn, 'remove', [], { is: 'delete-load-balancer', loadBalancer: { arn }, name })
  const targetGroups = world.observed.targetGroups.filter(({ tags }) => tags[tagKeys.resource] !== undefined)
  const bound = new Set(targetGroups.map(({ arn }) => arn))
  for (const binding of world.bindings.filter(
    ({ spec, labels }) => !bound.has(spec.targetGroupARN) && isOurs(labels, group),
  ))
    writer.add(`${binding.namespace}/${binding.name}`, 'remove', [], {
      is: 'delete-binding',
      namespace: binding.namespace,
      name: binding.name,
    })
  removeTargetGroups(writer, world, targetGroups)
  removeManagedGroup(writer, world)
  return writer.steps
}

const isOurs = (labels: Readonly<Record<string, string>>, group: GroupKey): boolean =>
  Object.entries(groupLabels(groupId(group))).every(([key, value]) => labels[key] === value)

/** What is made and switched in the order written, then what is removed. */
const inPhases = (steps: readonly Step[]): readonly Step[] => [
  ...steps.filter(({ phase }) => phase !== 'remove'),
  ...steps.filter(({ phase }) => phase === 'remove'),
]
