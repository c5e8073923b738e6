import type { GroupKey } from '../model/model.ts'
import { nameOf } from '../kubernetes/objects.ts'
import { groupLabels, tagKeys } from '../names/tags.ts'
import { groupId } from '../names/group-id.ts'
import { type GroupWorld, stepWriter } from './context.ts'
import { removeBound } from './leftovers.ts'
import { loadBalancersOf } from './load-balancer.ts'
import { removeManagedGroup } from './security-groups.ts'
import { planStack } from './stack.ts'
import type { Plan, Step } from './step.ts'

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

/** While a member protects the load balancer that is there, all stays. */
const planNothing = (world: GroupWorld, group: GroupKey, protectedBy: readonly string[] = []): Plan =>
  protectedBy.length > 0 && loadBalancersOf(world.observed).length > 0
    ? { ...nothing, protectedBy }
    : { steps: deletion(world, group), reads: [] }

/** Everything of the group, dependants first. Asks nothing and makes nothing. */
const deletion = (world: GroupWorld, group: GroupKey): readonly Step[] => {
  const writer = stepWriter(group)
  for (const { arn, name } of loadBalancersOf(world.observed))
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
  removeBound(writer, world, targetGroups)
  removeManagedGroup(writer, world)
  return writer.steps
}

const isOurs = (labels: Readonly<Record<string, string>>, group: GroupKey): boolean =>
  Object.entries(groupLabels(groupId(group))).every(([key, value]) => labels[key] === value)
