import type { DesiredTargetGroup } from '../model/model.ts'
import type { ObservedTargetGroup } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import type { GroupWorld, StepWriter } from './context.ts'

/** What becomes of target groups that nothing wants. */
interface Fate {
  readonly targetGroup: ObservedTargetGroup
  /**
   * - `goes`: with its binding.
   * - `drains`: another took its place a moment ago, and requests that it took before may still be under way.
   */
  readonly is: 'goes' | 'drains'
}

/**
 * Writes the removal of target groups that nothing wants, each with its binding. One whose place another took first loses
 * its binding, and goes once its targets have drained.
 * @returns what is waited for, one sentence each
 */
export const removeLeftovers = (
  writer: StepWriter,
  world: GroupWorld,
  unwanted: readonly ObservedTargetGroup[],
  desired: readonly DesiredTargetGroup[],
): readonly string[] => {
  const fates = fatesOf(world, unwanted, desired)
  for (const { targetGroup } of fates) removeBindings(writer, world, targetGroup.arn)
  for (const { targetGroup, is } of fates) if (is === 'goes') removeTargetGroup(writer, targetGroup)
  return fates.flatMap(({ targetGroup, is }) => (is === 'goes' ? [] : [`target group ${targetGroup.name} drains`]))
}

/** Target groups whose targets must be read before it is known whether they still drain. */
export const undrained = (
  world: GroupWorld,
  unwanted: readonly ObservedTargetGroup[],
  desired: readonly DesiredTargetGroup[],
): readonly string[] =>
  fatesOf(world, unwanted, desired).flatMap(({ is, targetGroup: { arn, targets } }) =>
    is === 'drains' && targets.is === 'unread' && bindingsOf(world, arn).length === 0 ? [arn] : [],
  )

const fatesOf = (
  world: GroupWorld,
  unwanted: readonly ObservedTargetGroup[],
  desired: readonly DesiredTargetGroup[],
): readonly Fate[] => {
  const replaced = new Set(
    desired.flatMap(({ resourceId }) =>
      // With its load balancer the rest of the old side goes at once.
      world.replacement === 'go' ? [resourceId] : [resourceId, resourceIds.old(resourceId)],
    ),
  )
  return unwanted.map((targetGroup): Fate => {
    const isReplaced = !world.whole && replaced.has(targetGroup.tags[tagKeys.resource] ?? '')
    const { targets } = targetGroup
    const isEmpty = targets.is === 'read' && !targets.value.some(({ state }) => state.endsWith('draining'))
    const isUnbound = bindingsOf(world, targetGroup.arn).length === 0
    return { targetGroup, is: isReplaced && !(isUnbound && isEmpty) ? 'drains' : 'goes' }
  })
}

/** Writes the deletion of target groups with their bindings; all bindings first, so that rules on nodes change once. */
export const removeBound = (
  writer: StepWriter,
  world: GroupWorld,
  targetGroups: readonly Pick<ObservedTargetGroup, 'arn' | 'name'>[],
): void => {
  for (const { arn } of targetGroups) removeBindings(writer, world, arn)
  for (const targetGroup of targetGroups) removeTargetGroup(writer, targetGroup)
}

const bindingsOf = (world: GroupWorld, arn: string) => world.bindings.filter(({ spec }) => spec.targetGroupARN === arn)

const removeBindings = (writer: StepWriter, world: GroupWorld, arn: string): void => {
  for (const { namespace, name } of bindingsOf(world, arn))
    writer.add(`${namespace}/${name}`, 'remove', [], { is: 'delete-binding', namespace, name })
}

const removeTargetGroup = (writer: StepWriter, { arn, name }: Pick<ObservedTargetGroup, 'arn' | 'name'>): void => {
  writer.add(arn, 'remove', [], { is: 'delete-target-group', targetGroup: { arn }, name })
}
