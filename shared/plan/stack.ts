import type { DesiredStack, GroupKey } from '../model/model.ts'
import type { ObservedTargetGroup } from '../model/observed.ts'
import { tagKeys } from '../names/tags.ts'
import { isUnread } from './attributes.ts'
import { type GroupWorld, oldSideWriter, stepWriter, type StepWriter } from './context.ts'
import { removeBound, removeLeftovers, undrained } from './leftovers.ts'
import { planListeners } from './listeners.ts'
import { planLoadBalancer, planOldLoadBalancer } from './load-balancer.ts'
import { replacementOf, unreadBeforeMove } from './replacement.ts'
import type { TargetGroupRefs } from './rules.ts'
import { fright } from './safety.ts'
import { planSecurityGroups } from './security-groups.ts'
import { type Side, type Sides, sidesOf } from './sides.ts'
import { standInsOf, unreadTargets } from './stand-ins.ts'
import type { Plan, PlanRead, Ref, Step } from './step.ts'
import { planTargetGroups } from './target-groups.ts'

/** Makes and changes what differs from the stack that is wanted, then removes what nothing wants. */
export const planStack = (world: GroupWorld, group: GroupKey, stack: DesiredStack): Plan => {
  const sides = sidesOf(world, stack)
  const reads = unreadOf(world, stack, sides)
  const isSettled = world.trusted && sides.old === undefined
  if (reads.length > 0) {
    const unread = writeStack(world, group, stack, sides, false)
    return isSettled && unread.steps.length === 0 && unread.pending.length === 0
      ? { steps: [], reads: [] }
      : { steps: [], reads }
  }
  const { steps, pending } = writeStack(world, group, stack, sides, true)
  const health = [...unreadHealth(world, sides), ...(steps.length === 0 ? unreadBeforeMove(world, sides) : [])]
  if (health.length > 0) return { steps: [], reads: health.map((arn) => ({ of: 'targets', arn })) }
  const reason = fright(world, steps)
  const replacement = replacementOf(world, sides)
  return {
    steps,
    reads: [],
    ...(reason === undefined ? {} : { fright: reason }),
    ...(replacement === undefined ? {} : { replacement }),
    ...(pending.length === 0 ? {} : { pending }),
  }
}

/** The old side as long as it is kept in line: until it goes. */
const keptOld = (world: GroupWorld, { old }: Sides): Sides['old'] =>
  world.replacement === 'go' && !world.whole ? undefined : old

const keptSides = (world: GroupWorld, sides: Sides): readonly Side[] => {
  const old = keptOld(world, sides)
  return old === undefined ? [sides.current] : [old, sides.current]
}

/** Details that the plan needs and that nobody has read. */
const unreadOf = (world: GroupWorld, stack: DesiredStack, sides: Sides): readonly PlanRead[] => {
  const { loadBalancer } = sides.current
  const kept = keptSides(world, sides)
  return [
    ...kept.flatMap((side): readonly PlanRead[] =>
      side.loadBalancer?.listeners.is === 'unread' ? [{ of: 'listeners', arn: side.loadBalancer.arn }] : [],
    ),
    ...(loadBalancer !== undefined && isUnread(stack.loadBalancer.attributes, loadBalancer.attributes)
      ? [{ of: 'load-balancer-attributes', arn: loadBalancer.arn } as const]
      : []),
    ...kept.flatMap(({ desired, live }) =>
      desired.flatMap(({ resourceId, attributes }): readonly PlanRead[] => {
        const found = live.get(resourceId)
        return found !== undefined && isUnread(attributes, found.attributes)
          ? [{ of: 'target-group-attributes', arn: found.arn }]
          : []
      }),
    ),
  ]
}

const unreadHealth = (world: GroupWorld, sides: Sides): readonly string[] => [
  ...keptSides(world, sides).flatMap((side) => unreadTargets(world, side)),
  ...undrained(world, unwantedOf(world, sides), sides.current.desired),
]

/** Target groups of ours that no side wants, and that stand in for none. */
const unwantedOf = (world: GroupWorld, sides: Sides): readonly ObservedTargetGroup[] => {
  const kept = new Set(
    keptSides(world, sides).flatMap((side) =>
      [...side.live.values(), ...(world.whole ? [] : standInsOf(world, side).values())].map(({ arn }) => arn),
    ),
  )
  return world.observed.targetGroups.filter(({ arn, tags }) => tags[tagKeys.resource] !== undefined && !kept.has(arn))
}

interface Written {
  readonly steps: readonly Step[]
  /** What is waited for, one sentence each. */
  readonly pending: readonly string[]
}

const writeStack = (
  world: GroupWorld,
  group: GroupKey,
  stack: DesiredStack,
  sides: Sides,
  listeners: boolean,
): Written => {
  const writer = stepWriter(group)
  const because = membersOf(stack)
  const { current } = sides
  const old = keptOld(world, sides)
  const security = planSecurityGroups(writer, world, stack.securityGroups, because)
  const plan = (of: StepWriter, side: Side) => {
    const standIns = standInsOf(world, side)
    return { refs: planTargetGroups(of, world, side, standIns, security.source), standIns }
  }
  const planRulesOf = (of: StepWriter, side: Side, on: Ref, refs: TargetGroupRefs): void => {
    const live = side.loadBalancer?.listeners
    if (listeners) planListeners(of, world, on, stack.listeners, live?.is === 'read' ? live.value : [], refs)
  }
  const oldWriter = oldSideWriter(writer)
  // The tags of the old target groups change before there are new ones of the same id.
  const before = old === undefined ? undefined : plan(oldWriter, old)
  const loadBalancer = planLoadBalancer(writer, world, stack.loadBalancer, security.onLoadBalancer, because)
  const now = plan(writer, current)
  if (old !== undefined && before !== undefined)
    planRulesOf(
      oldWriter,
      old,
      planOldLoadBalancer(oldWriter, old.loadBalancer, security.onLoadBalancer, because),
      before.refs,
    )
  if (loadBalancer !== undefined) planRulesOf(writer, current, loadBalancer, now.refs)
  const waiting = [...(before?.standIns.values() ?? []), ...now.standIns.values()].map(
    ({ name }) => `target group ${name} serves until the one that takes its place has a healthy target`,
  )
  if (sides.old !== undefined && world.replacement === 'go') {
    const { arn, name } = sides.old.loadBalancer
    writer.add(arn, 'remove', because, { is: 'delete-load-balancer', loadBalancer: { arn }, name })
  }
  const drained = removeLeftovers(writer, world, unwantedOf(world, sides), current.desired)
  if (world.whole && old !== undefined && before !== undefined) removeOldTargetGroups(writer, world, old, before.refs)
  security.remove()
  return { steps: inPhases(writer.steps), pending: world.whole ? [] : [...waiting, ...drained] }
}

/** The target groups of the old side at the end of a whole plan, those among them that the plan itself makes. */
const removeOldTargetGroups = (
  writer: StepWriter,
  world: GroupWorld,
  { desired, live }: Side,
  refs: TargetGroupRefs,
) => {
  const made = desired.filter(({ resourceId }) => !live.has(resourceId))
  for (const { namespace, name } of made.map(({ binding }) => binding))
    writer.add(`${namespace}/${name}`, 'remove', [], { is: 'delete-binding', namespace, name })
  removeBound(writer, world, [...live.values()])
  for (const { resourceId, name } of made)
    writer.add(name, 'remove', [], { is: 'delete-target-group', targetGroup: refs.refOf(resourceId), name })
}

const membersOf = (stack: DesiredStack): readonly string[] => [
  ...new Set([
    ...stack.listeners.flatMap(({ rules }) => rules.map(({ member }) => member)),
    ...stack.targetGroups.map(({ member }) => member),
  ]),
]

/** What is made and switched in the order written, then what is removed. */
const inPhases = (steps: readonly Step[]): readonly Step[] => [
  ...steps.filter(({ phase }) => phase !== 'remove'),
  ...steps.filter(({ phase }) => phase === 'remove'),
]
