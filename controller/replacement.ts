import type { ReplacementRecord } from '../shared/group/record.ts'
import type { Observed } from '../shared/model/observed.ts'
import type { GroupWorld } from '../shared/plan/context.ts'
import { findLoadBalancer } from '../shared/plan/load-balancer.ts'
import type { GroupIo } from './io.ts'
import type { World } from './observe/group.ts'
import type { PlannedGroup } from './plan.ts'
import { movedEvent, replacingEvent, waitingEvent } from './report.ts'

/**
 * How far a replacement is. That the addresses of the members have moved is known by the record, which keeps when they
 * did, or is seen at the members themselves.
 */
export const replacementStage = (io: GroupIo, world: World, observed: Observed): GroupWorld['replacement'] => {
  const { model } = world.evaluation
  if (model.is !== 'stack') return 'built'
  const { loadBalancer } = model.stack
  const to = findLoadBalancer(observed, loadBalancer)
  if (to === undefined) return 'built'
  const hostname = to.dnsName.toLowerCase()
  const shown = world.members
    .filter(({ role }) => role !== 'leaving')
    .map(({ ingress }) => ingress.status.hostname === hostname)
  const { movedAt } = recordOf(world) ?? {}
  if (movedAt === undefined && !shown.includes(true)) return 'built'
  const isOver = movedAt !== undefined && io.aws.clock.now() - movedAt >= io.settings.flags.replacementGrace
  return isOver && !shown.includes(false) ? 'go' : 'moved'
}

/** What is recorded of the replacement that the members want; that of an earlier one does not count. */
const recordOf = ({ record, evaluation: { model } }: World): ReplacementRecord | undefined =>
  model.is === 'stack' && record?.replacement?.scheme === model.stack.loadBalancer.scheme
    ? record.replacement
    : undefined

/** Whether the members' addresses move in this pass: nothing is left to write, and nothing to wait for. */
export const movesNow = ({ plan, world }: PlannedGroup): boolean =>
  plan.replacement !== undefined &&
  world.replacement === 'built' &&
  plan.steps.length === 0 &&
  plan.replacement.waitsFor.length === 0

/** The record of a replacement as it is after a pass, with an event for each step of it; undefined without one. */
export const advanceReplacement = (io: GroupIo, world: World, planned: PlannedGroup): ReplacementRecord | undefined => {
  const { model } = world.evaluation
  const { replacement, steps } = planned.plan
  const stage = planned.world.replacement
  if (replacement === undefined || model.is !== 'stack' || (stage === 'go' && steps.length > 0)) return undefined
  const now = io.aws.clock.now()
  const before = recordOf(world)
  const { scheme, name } = model.stack.loadBalancer
  const to = replacement.to?.name ?? name
  const [from, grace] = [replacement.from.name, io.settings.flags.replacementGrace]
  const startedAt = before?.startedAt ?? now
  if (before === undefined) {
    io.log.info({ group: world.group, from, to }, 'replacing load balancer')
    for (const member of world.members) io.events.tell(replacingEvent(member, from, to))
  }
  if (stage === 'built' && !movesNow(planned)) {
    if (now - startedAt >= io.settings.waits.replacementTimeout)
      for (const member of world.members) io.events.tell(waitingEvent(member, to, replacement.waitsFor))
    return { scheme, startedAt }
  }
  if (before?.movedAt === undefined) {
    io.log.info({ group: world.group, from, to }, 'switched load balancer')
    for (const member of world.members) io.events.tell(movedEvent(member, from, to, grace))
  }
  return { scheme, startedAt, movedAt: before?.movedAt ?? now }
}

/** When to look again at a replacement or at something else that the plan waits for; undefined without one. */
export const nextLookAt = (
  { settings, aws }: GroupIo,
  { plan: { pending, replacement } }: PlannedGroup,
  after: ReplacementRecord | undefined,
): number | undefined => {
  const isWaiting =
    pending !== undefined || (replacement !== undefined && after !== undefined && after.movedAt === undefined)
  const poll = isWaiting ? settings.waits.replacementPollPeriod : Infinity
  const goes = (after?.movedAt ?? Infinity) + settings.flags.replacementGrace - aws.clock.now()
  const next = Math.min(poll, Math.max(goes, 0) + 1)
  return next === Infinity ? undefined : next
}
