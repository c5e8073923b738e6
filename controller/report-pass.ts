import { contributionOf } from '../shared/group/evaluate.ts'
import type { Member, Standing } from '../shared/group/evaluation.ts'
import type { ReplacementRecord } from '../shared/group/record.ts'
import type { ObservedLoadBalancer } from '../shared/model/observed.ts'
import { finalizerOf } from '../shared/ingress/membership.ts'
import { findLoadBalancer } from '../shared/plan/load-balancer.ts'
import type { AppliedGroup } from './apply-plan.ts'
import { Stopped } from './execute.ts'
import { clearStatus, publishStatus, wantedStatus } from './status.ts'
import { removeFinalizer } from './finalizers.ts'
import type { GroupIo } from './io.ts'
import { LeaseLost } from './lease.ts'
import { orRefused } from './refused.ts'
import type { World } from './observe/group.ts'
import type { PlannedGroup } from './plan.ts'
import type { BackOff, Outcome } from './queue.ts'
import { advanceReplacement, movesNow, nextLookAt } from './replacement.ts'
import {
  protectedEvent,
  deployEvent,
  failureFields,
  faultEvents,
  noticeEvents,
  portsOf,
  reconciledEvent,
  replacingTargetGroupEvent,
} from './report.ts'

const firstSetAsideWaitMs = 5000

/** No watch tells that a certificate is issued or a subnet tagged, so what rests on AWS is looked at again this soon. */
const mostWaitForAwsMs = 30_000

/** Record, status, finalizers and events of a pass, and when to look again. */
export const reportPass = async (
  io: GroupIo,
  world: World,
  planned: PlannedGroup,
  applied: AppliedGroup,
  signal: AbortSignal,
): Promise<Outcome> => {
  tellFaults(io, world)
  if (applied.failed !== undefined) return reportFailure(io, world, applied.failed)
  if (applied.heldBack === 'plan-only' || applied.heldBack === 'paused') return { is: 'done' }
  if (planned.plan.protectedBy !== undefined) {
    tellProtected(io, world, planned)
    return { is: 'done' }
  }
  if (world.evaluation.model.is === 'nothing') {
    await finishDeletion(io, world, planned, signal)
    return { is: 'done' }
  }
  if (applied.heldBack === 'fright') return { is: 'retry', backOff: failureBackOff(io) }
  const isPublished = await publish(io, world, planned, applied, signal)
  const replacement = advanceReplacement(io, world, planned)
  const isSettled = replacement === undefined && planned.plan.pending === undefined
  const isChange = await writeRecord(io, world, planned, { isSettled, replacement }, signal)
  if (isSettled && (applied.done.length > 0 || isPublished)) tellSuccess(io, world, isChange)
  tellTakeOver(io, world, planned)
  tellOutdated(io, world)
  return sooner(nextLook(io, world, planned), nextLookAt(io, planned, replacement))
}

/** A target group of another kind is made, which takes over once it is healthy. */
const tellTakeOver = (io: GroupIo, { members }: World, { plan }: PlannedGroup): void => {
  if (plan.pending === undefined) return
  for (const step of plan.steps) {
    if (step.is !== 'create-target-group') continue
    for (const member of members.filter(({ name }) => step.because.includes(name)))
      io.events.tell(replacingTargetGroupEvent(member, step.name))
  }
}

const sooner = (outcome: Outcome, milliseconds: number | undefined): Outcome => {
  if (milliseconds === undefined) return outcome
  return outcome.is === 'done'
    ? { is: 'done', againAfterMs: Math.min(outcome.againAfterMs ?? Infinity, milliseconds) }
    : { ...outcome, atMostMs: Math.min(outcome.atMostMs ?? Infinity, milliseconds) }
}

const tellFaults = (io: GroupIo, { members, evaluation }: World): void => {
  for (const member of members) {
    const faults =
      member.role === 'leaving'
        ? []
        : evaluation.findings.filter((one) => one.member === member.name && one.kind === 'fault')
    io.metrics.failing(member.name, faults[0]?.code)
    if (faults.length > 0) {
      const codes = faults.map(({ code }) => code)
      io.log.warn({ group: evaluation.group, member: member.name, codes }, 'member is set aside')
    }
    if (!io.settings.process.planOnly) for (const event of faultEvents(member, faults)) io.events.tell(event)
  }
}

/** A member that protects nothing itself waits for those that do, and is told the same. */
const tellProtected = (io: GroupIo, { group, members }: World, { observed }: PlannedGroup): void => {
  const [loadBalancer] = observed.loadBalancers
  const name = loadBalancer?.name ?? ''
  io.log.info({ group, name }, 'load balancer is protected from deletion by an annotation')
  for (const member of members) io.events.tell(protectedEvent(member, name))
}

const reportFailure = (
  io: GroupIo,
  { group, members }: World,
  failure: NonNullable<AppliedGroup['failed']>,
): Outcome => {
  const { step, error } = failure
  if (error instanceof Stopped || error instanceof LeaseLost || io.signal.aborted) return { is: 'done' }
  io.log.warn({ group, ...failureFields(step, error) }, 'step failed')
  for (const member of members) {
    const event = deployEvent(member, step, error)
    if (event !== undefined) io.events.tell(event)
  }
  return { is: 'retry', backOff: failureBackOff(io) }
}

/** The last of the group is gone from AWS: what all groups share, the record, the addresses and the finalizers follow. */
const finishDeletion = async (
  io: GroupIo,
  { group, members }: World,
  { observed, plan }: PlannedGroup,
  signal: AbortSignal,
): Promise<void> => {
  if (members.length > 0 || plan.steps.length > 0) await io.securityLane.release(group, signal)
  else io.securityLane.letGo(group)
  await io.records.remove(group, signal)
  const dnsNames = observed.loadBalancers.map(({ dnsName }) => dnsName)
  for (const { ingress, name } of members) {
    // oxlint-disable no-await-in-loop -- one member after the other, each its address first
    const isCleared = await orRefused('FailedUpdateStatus', clearStatus(io.cluster, ingress, dnsNames, signal))
    if (isCleared) io.log.info({ group, member: name }, 'cleared status')
    await orRefused('FailedRemoveFinalizer', removeFinalizer(io.cluster, ingress, finalizerOf(group), signal))
    // oxlint-enable no-await-in-loop
    io.log.info({ group, member: name }, 'removed finalizer')
  }
  forget(io, group)
}

const forget = ({ memory }: GroupIo, group: string): void => {
  for (const map of Object.values(memory)) map.delete(group)
}

/** Writes the address of each member; whether any of them was another one before. */
const publish = async (
  io: GroupIo,
  world: World,
  planned: PlannedGroup,
  applied: AppliedGroup,
  signal: AbortSignal,
): Promise<boolean> => {
  const { group, members, evaluation } = world
  const live = servingOf(io, world, planned)
  if (live === undefined) return false
  let isPublished = false
  for (const member of members) {
    const standing = evaluation.standings.get(member.name)
    if (member.role === 'leaving' || standing === undefined) continue
    const ingress = applied.ingresses.get(member.name) ?? member.ingress
    const status = wantedStatus({
      dnsName: live.dnsName,
      ports: portsToShow(member, standing),
      setAside: standing.is === 'set-aside',
    })
    // oxlint-disable-next-line no-await-in-loop -- one member after the other
    if (await orRefused('FailedUpdateStatus', publishStatus(io.cluster, ingress, status, signal))) {
      isPublished = true
      io.log.info({ group, member: member.name, hostname: status.hostname, arn: live.arn }, 'published status')
    }
  }
  return isPublished
}

/** The load balancer that the members' addresses show: until another is ready to take over, the old one. */
const servingOf = (
  { inventory }: GroupIo,
  { group, evaluation: { model } }: World,
  planned: PlannedGroup,
): ObservedLoadBalancer | undefined => {
  const { replacement } = planned.plan
  if (replacement !== undefined && planned.world.replacement === 'built' && !movesNow(planned)) return replacement.from
  const observed = inventory.observed(group)
  return model.is === 'stack' ? findLoadBalancer(observed, model.stack.loadBalancer) : observed.loadBalancers[0]
}

/** Of a member of which nothing is known but what it shows: the ports that it shows. */
const portsToShow = ({ ingress }: Member, standing: Standing): readonly number[] =>
  contributionOf(standing).length > 0 ? portsOf(standing) : ingress.status.ports.map(({ port }) => port)

/** Keeps what each member brought, and that the model is applied in full; whether that differs from before. */
const writeRecord = async (
  io: GroupIo,
  { group, evaluation, record }: World,
  planned: PlannedGroup,
  { isSettled, replacement }: { readonly isSettled: boolean; readonly replacement: ReplacementRecord | undefined },
  signal: AbortSignal,
): Promise<boolean> => {
  if (evaluation.model.is !== 'stack') return false
  const digest = isSettled ? planned.digest : undefined
  const members = Object.fromEntries(
    [...evaluation.standings].flatMap(([name, standing]) =>
      contributionOf(standing).map((one) => [name, one] as const),
    ),
  )
  await io.records.write(
    group,
    {
      version: 1,
      members,
      ...(digest === undefined ? {} : { digest }),
      ...(replacement === undefined ? {} : { replacement }),
    },
    signal,
  )
  return record?.digest !== digest
}

const tellSuccess = (io: GroupIo, { members, evaluation }: World, isChange: boolean): void => {
  for (const member of members) {
    if (evaluation.standings.get(member.name)?.is !== 'current') continue
    io.events.tell(reconciledEvent(member))
    if (isChange) for (const event of noticeEvents(member, evaluation.findings)) io.events.tell(event)
  }
}

/** What discovery would choose changes without a change of ours, so it is told whenever its text is another. */
const tellOutdated = (io: GroupIo, { group, members, evaluation }: World): void => {
  const outdated = evaluation.findings.filter(({ code }) => code === 'SubnetsOutdated')
  const text = outdated.map(({ message }) => message).join()
  if (io.memory.outdated.get(group) === text) return
  io.memory.outdated.set(group, text)
  for (const member of members) for (const event of noticeEvents(member, outdated)) io.events.tell(event)
}

/** A member that is set aside or held is tried again by itself; so is a load balancer whose subnets are not known. */
const nextLook = (io: GroupIo, { evaluation }: World, { digest }: PlannedGroup): Outcome => {
  const { waits } = io.settings
  const standings = [...evaluation.standings.values()].map(({ is }) => is)
  if (standings.includes('held') || (evaluation.model.is === 'stack' && digest === undefined)) {
    return { is: 'retry', backOff: failureBackOff(io) }
  }
  if (standings.includes('set-aside')) {
    const onAws = evaluation.findings.some(({ kind, needs }) => kind === 'fault' && needs === 'aws')
    const maxMs = Math.min(onAws ? mostWaitForAwsMs : Infinity, waits.setAsideMaxDelay)
    const backOff = { baseMs: Math.min(firstSetAsideWaitMs, maxMs), maxMs }
    return { is: 'retry', backOff, atMostMs: waits.eventRepeatPeriod }
  }
  return { is: 'done' }
}

const failureBackOff = ({ settings: { waits } }: GroupIo): BackOff => ({
  baseMs: waits.retryBaseDelay,
  maxMs: waits.retryMaxDelay,
})
