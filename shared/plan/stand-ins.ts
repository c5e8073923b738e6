import type { DesiredTargetGroup } from '../model/model.ts'
import type { ObservedLoadBalancer, ObservedTarget, ObservedTargetGroup, Read } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import type { GroupWorld } from './context.ts'
import type { Side } from './sides.ts'

/**
 * Target groups that serve in place of a new one of another kind, by resource id: a target group without a healthy target
 * gets no request before there is one, unless the old one has none either.
 */
export const standInsOf = (world: GroupWorld, side: Side): ReadonlyMap<string, ObservedTargetGroup> =>
  new Map(
    takeovers(world, side).flatMap(({ desired, from, to }) =>
      world.whole || to === undefined || !mayTakeOver(from, to) ? [[desired.resourceId, from] as const] : [],
    ),
  )

/** Target groups whose targets must be read before it is known who serves. */
export const unreadTargets = (world: GroupWorld, side: Side): readonly string[] =>
  world.whole
    ? []
    : takeovers(world, side).flatMap(({ from, to }) =>
        to === undefined ? [] : [from, to].filter(({ targets }) => targets.is === 'unread').map(({ arn }) => arn),
      )

interface TakeOver {
  readonly desired: DesiredTargetGroup
  /** What serves now. */
  readonly from: ObservedTargetGroup
  /** Undefined until it is made. */
  readonly to: ObservedTargetGroup | undefined
}

/** Target groups of the side that do not serve yet, beside one of the same resource id that does. */
const takeovers = (world: GroupWorld, { loadBalancer, desired, live }: Side): readonly TakeOver[] => {
  const serving = servingArns(loadBalancer)
  const kept = new Set([...live.values()].map(({ arn }) => arn))
  return desired.flatMap((targetGroup) => {
    const to = live.get(targetGroup.resourceId)
    if (to !== undefined && serving.has(to.arn)) return []
    const ids = [targetGroup.resourceId, resourceIds.old(targetGroup.resourceId)]
    const from = world.observed.targetGroups.find(
      ({ arn, tags }) => serving.has(arn) && !kept.has(arn) && ids.includes(tags[tagKeys.resource] ?? ''),
    )
    return from === undefined ? [] : [{ desired: targetGroup, from, to }]
  })
}

const servingArns = (loadBalancer: ObservedLoadBalancer | undefined): ReadonlySet<string> => {
  if (loadBalancer === undefined || loadBalancer.listeners.is === 'unread') return new Set()
  const actions = loadBalancer.listeners.value.flatMap(({ defaultActions, rules }) => [
    ...defaultActions,
    ...rules.flatMap((rule) => rule.actions),
  ])
  return new Set(actions.flatMap((action) => (action.is === 'forward' ? action.targetGroupArns : [])))
}

const mayTakeOver = (from: ObservedTargetGroup, to: ObservedTargetGroup): boolean =>
  hasHealthy(to.targets) || (from.targets.is === 'read' && !hasHealthy(from.targets))

/** Whether a target is known to be healthy. */
export const hasHealthy = (targets: Read<readonly ObservedTarget[]>): boolean =>
  targets.is === 'read' && targets.value.some(({ state }) => state === 'healthy')
