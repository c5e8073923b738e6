import type { DesiredListener, DesiredRule } from '../model/model.ts'
import type { ObservedListener, ObservedRule } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import { type LiveTargetGroups, sameAction, sameConditions } from './compare.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import type { Ref, RuleAction } from './step.ts'

/** How target groups of the model are found by resource id: those that exist, and those that the plan makes. */
export interface TargetGroupRefs extends LiveTargetGroups {
  readonly refOf: (resourceId: string) => Ref
}

/** Unwanted rules step aside to the end of the priorities while others take theirs. */
const lastPriority = 50000

interface Pair {
  readonly rule: ObservedRule
  readonly priority: number
  readonly desired: DesiredRule
}

/**
 * Brings the rules of one listener in line without a moment in which a request that has a rule before and after has
 * none. Priorities move in one call; new rules come before changed ones, deletions last.
 *
 * | observed | wanted | step |
 * |---|---|---|
 * | same conditions and action, same priority | | none |
 * | same conditions and action, other priority | | set-rule-priorities |
 * | same conditions, other action | | modify-rule, perhaps moved first |
 * | one rule left | one rule left, and no rule moves | modify-rule in place |
 * | none | a rule | create-rule |
 * | a rule | none | delete-rule (in the remove phase) |
 */
export const planRules = (
  writer: StepWriter,
  world: GroupWorld,
  listener: { readonly ref: Ref; readonly desired: DesiredListener; readonly observed: ObservedListener | undefined },
  refs: TargetGroupRefs,
): void => {
  const observed = listener.observed?.rules ?? []
  const { pairs, missing, unwanted } = match(listener.desired, observed, refs)
  const port = listener.desired.port
  move(writer, port, pairs, missing, unwanted)
  const made = missing.map(({ desired, priority }) => {
    const rule = writer.add(resourceIds.rule({ port, priority }), 'make', [desired.member], {
      is: 'create-rule',
      listener: listener.ref,
      priority,
      conditions: desired.conditions,
      action: ruleAction(desired, refs),
      tags: ruleTags(desired, port, priority),
    })
    return { desired, priority, rule }
  })
  for (const { desired, priority, rule } of pairs) {
    const same = sameConditions(desired.conditions, rule.conditions) && sameAction(desired.action, rule.actions, refs)
    if (!same)
      writer.add(resourceIds.rule({ port, priority }), 'switch', [desired.member], {
        is: 'modify-rule',
        rule: { arn: rule.arn },
        conditions: desired.conditions,
        action: ruleAction(desired, refs),
      })
  }
  for (const { desired, priority, rule } of pairs)
    planTags(
      writer,
      world,
      resourceIds.rule({ port, priority }),
      [desired.member],
      { arn: rule.arn },
      {
        wanted: ruleTags(desired, port, priority),
        found: rule.tags,
        legacy: false,
      },
    )
  const live = pairs.map(({ desired, priority, rule: { arn } }) => ({ desired, priority, rule: { arn } }))
  for (const { desired, priority, rule } of world.whole ? [...made, ...live] : []) {
    const action = finalAction(desired, refs)
    if (action !== undefined)
      writer.add(`${resourceIds.rule({ port, priority })}/healthy`, 'switch', [desired.member], {
        is: 'modify-rule',
        rule,
        conditions: desired.conditions,
        action,
      })
  }
  // The last first: a broad rule must not answer what one before it answered.
  for (const rule of unwanted.toReversed())
    writer.add(rule.arn, 'remove', [], { is: 'delete-rule', rule: { arn: rule.arn } })
}

const ruleTags = (desired: DesiredRule, port: number, priority: number): Readonly<Record<string, string>> => ({
  ...desired.tags,
  [tagKeys.resource]: resourceIds.rule({ port, priority }),
})

/** An action as it is written now. */
export const ruleAction = ({ action }: Pick<DesiredRule, 'action'>, refs: TargetGroupRefs): RuleAction => {
  if (action.is !== 'forward') return action
  const targetGroup = refs.refOf(action.targetGroup)
  const standIn = refs.standInOf(action.targetGroup)
  return standIn === undefined
    ? { is: 'forward', targetGroup }
    : { is: 'forward', targetGroup, standIn: { arn: standIn } }
}

/** The same once the target group has healthy targets; undefined where nothing stands in for it. */
export const finalAction = ({ action }: Pick<DesiredRule, 'action'>, refs: TargetGroupRefs): RuleAction | undefined =>
  action.is === 'forward' && refs.standInOf(action.targetGroup) !== undefined
    ? { is: 'forward', targetGroup: refs.refOf(action.targetGroup) }
    : undefined

interface Match {
  readonly pairs: readonly Pair[]
  readonly missing: readonly { readonly desired: DesiredRule; readonly priority: number }[]
  readonly unwanted: readonly ObservedRule[]
}

const match = (listener: DesiredListener, observed: readonly ObservedRule[], refs: TargetGroupRefs): Match => {
  const free = new Set([...observed].sort((a, b) => a.priority - b.priority))
  const paired = new Map<number, ObservedRule>()
  const take = (fits: (desired: DesiredRule, rule: ObservedRule, priority: number) => boolean): void => {
    for (const [index, desired] of listener.rules.entries()) {
      if (paired.has(index)) continue
      const rule = [...free].find((candidate) => fits(desired, candidate, index + 1))
      if (rule === undefined) continue
      paired.set(index, rule)
      free.delete(rule)
    }
  }
  const equal = (desired: DesiredRule, rule: ObservedRule): boolean =>
    sameConditions(desired.conditions, rule.conditions) && sameAction(desired.action, rule.actions, refs)
  take((desired, rule, priority) => rule.priority === priority && equal(desired, rule))
  take(equal)
  take((desired, rule, priority) => rule.priority === priority && sameConditions(desired.conditions, rule.conditions))
  take((desired, rule) => sameConditions(desired.conditions, rule.conditions))
  // Moved with its old conditions it would stand in front of rules that stay.
  const isInPlace = [...paired].every(([index, rule]) => rule.priority === index + 1)
  if (isInPlace && free.size === 1 && paired.size === listener.rules.length - 1)
    take((_, rule, priority) => rule.priority === priority)
  return {
    pairs: [...paired.entries()]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, rule]) => {
        const desired = listener.rules[index]
        return desired === undefined ? [] : [{ desired, rule, priority: index + 1 }]
      }),
    missing: listener.rules.flatMap((desired, index) => (paired.has(index) ? [] : [{ desired, priority: index + 1 }])),
    unwanted: [...free],
  }
}

/**
 * One SetRulePriorities: kept rules to their places, unwanted ones in the way to the end, with those behind them: until
 * they are deleted the earlier one answers first.
 */
const move = (
  writer: StepWriter,
  port: number,
  pairs: readonly Pair[],
  missing: Match['missing'],
  unwanted: readonly ObservedRule[],
): void => {
  const moved = pairs.filter(({ rule, priority }) => rule.priority !== priority)
  const needed = new Set([...moved, ...missing].map(({ priority }) => priority))
  const first = unwanted.findIndex(({ priority }) => needed.has(priority))
  const inTheWay = first < 0 ? [] : unwanted.slice(first)
  const aside = inTheWay
    .map((rule, index) => ({ rule, priority: lastPriority - inTheWay.length + 1 + index }))
    .filter(({ rule, priority }) => rule.priority !== priority)
    .map(({ rule, priority }) => ({ rule: { arn: rule.arn }, priority }))
  const priorities = [...moved.map(({ rule, priority }) => ({ rule: { arn: rule.arn }, priority })), ...aside]
  if (priorities.length === 0) return
  writer.add(String(port), 'switch', moved.map(({ desired }) => desired.member).filter(isFirst), {
    is: 'set-rule-priorities',
    priorities,
  })
}

const isFirst = <T>(value: T, index: number, all: readonly T[]): boolean => all.indexOf(value) === index
