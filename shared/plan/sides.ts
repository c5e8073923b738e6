import type { DesiredStack, DesiredTargetGroup, Scheme } from '../model/model.ts'
import type { ObservedLoadBalancer, ObservedTargetGroup } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import type { GroupWorld } from './context.ts'
import { findLoadBalancer, loadBalancersOf } from './load-balancer.ts'

/** A load balancer of a group with its target groups. While it is replaced the group has two sides. */
export interface Side {
  /** Undefined until it is made. */
  readonly loadBalancer: ObservedLoadBalancer | undefined
  /** The target groups as they are wanted on this side. */
  readonly desired: readonly DesiredTargetGroup[]
  /** Live target groups by the resource id that the model has for them. */
  readonly live: ReadonlyMap<string, ObservedTargetGroup>
}

export interface Sides {
  /** That of the scheme that is wanted. */
  readonly current: Side
  /** That of the other scheme, which gives way. */
  readonly old?: Side & { readonly loadBalancer: ObservedLoadBalancer }
}

/**
 * The sides of a group. A live target group is the desired one by resource id and the properties that cannot change. Which
 * side it is on is seen by its load balancer; while it has none, by its tag, and of two sides by its name. Another name or
 * port replaces nothing.
 */
export const sidesOf = (world: GroupWorld, { loadBalancer, targetGroups }: DesiredStack): Sides => {
  const current = findLoadBalancer(world.observed, loadBalancer)
  const old = loadBalancersOf(world.observed).find(({ scheme }) => scheme !== loadBalancer.scheme)
  const find = (
    desired: readonly DesiredTargetGroup[],
    here: ObservedLoadBalancer | undefined,
    isOurs: (live: ObservedTargetGroup, of: DesiredTargetGroup) => boolean,
  ) =>
    new Map(
      desired.flatMap((of) => {
        const alike = world.observed.targetGroups.filter((live) => isAlike(live, of))
        const attached = alike.filter(
          ({ loadBalancerArns }) => here !== undefined && loadBalancerArns.includes(here.arn),
        )
        const free = alike.filter((live) => !isOn(live, [current, old]) && isOurs(live, of))
        const [found] = [...attached.toSorted(byArn), ...free.toSorted(byArn)]
        return found === undefined ? [] : [[of.resourceId, found] as const]
      }),
    )
  if (old === undefined) {
    const live = find(targetGroups, current, ({ tags }, { resourceId }) => tags[tagKeys.resource] === resourceId)
    const desired = targetGroups.map((of) =>
      !live.has(of.resourceId) && world.observed.targetGroups.some((one) => isOtherFamily(one, of))
        ? named(of, of.nameOfFamily)
        : of,
    )
    return { current: { loadBalancer: current, desired, live } }
  }
  const made = targetGroups.map((desired) => beside(desired, loadBalancer.scheme))
  const given = targetGroups.map((desired) => giving(beside(desired, old.scheme)))
  return {
    current: { loadBalancer: current, desired: made, live: find(made, current, ({ name }, of) => name === of.name) },
    old: {
      loadBalancer: old,
      desired: given,
      live: find(given, old, ({ name }, of) => name !== of.nameOn[loadBalancer.scheme]),
    },
  }
}

const isAlike = (live: ObservedTargetGroup, desired: DesiredTargetGroup): boolean =>
  isAlikeButFamily(live, desired) && live.ipAddressType === desired.ipAddressType

const isOtherFamily = (live: ObservedTargetGroup, desired: DesiredTargetGroup): boolean =>
  isAlikeButFamily(live, desired) && live.ipAddressType !== desired.ipAddressType

const isAlikeButFamily = (live: ObservedTargetGroup, desired: DesiredTargetGroup): boolean =>
  [desired.resourceId, resourceIds.old(desired.resourceId)].includes(live.tags[tagKeys.resource] ?? '') &&
  live.targetType === desired.targetType &&
  live.protocol === desired.protocol &&
  live.protocolVersion === desired.protocolVersion

const isOn = (
  { loadBalancerArns }: ObservedTargetGroup,
  loadBalancers: readonly (ObservedLoadBalancer | undefined)[],
): boolean => loadBalancers.some((each) => each !== undefined && loadBalancerArns.includes(each.arn))

const byArn = (a: ObservedTargetGroup, b: ObservedTargetGroup): number => (a.arn < b.arn ? -1 : 1)

/** As it is named while the group has two load balancers. */
const beside = (desired: DesiredTargetGroup, scheme: Scheme): DesiredTargetGroup =>
  named(desired, desired.nameOn[scheme])

const named = (desired: DesiredTargetGroup, name: string): DesiredTargetGroup => ({
  ...desired,
  name,
  binding: { ...desired.binding, name },
})

/** As it is tagged on the side that gives way: an aws-load-balancer-controller that starts now takes it for unwanted. */
const giving = (desired: DesiredTargetGroup): DesiredTargetGroup => ({
  ...desired,
  tags: { ...desired.tags, [tagKeys.resource]: resourceIds.old(desired.resourceId) },
})
