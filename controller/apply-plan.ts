import { getIngress } from '../shared/cluster/resources.ts'
import { finalizerOf } from '../shared/ingress/membership.ts'
import type { Ingress } from '../shared/kubernetes/objects.ts'
import { namesOf } from '../shared/plan/names.ts'
import { noChangeLine, planLines } from '../shared/plan/print.ts'
import type { ApplyIo } from './apply/io.ts'
import { runStep } from './apply/run.ts'
import { canonicalText, versionedDigest } from '../shared/names/versioned-digest.ts'
import { bindingBatches } from './binding-batches.ts'
import { execute } from './execute.ts'
import type { Applied } from './execute.ts'
import { addFinalizer } from './finalizers.ts'
import type { GroupIo } from './io.ts'
import type { World } from './observe/group.ts'
import type { PlannedGroup } from './plan.ts'
import { orRefused } from './refused.ts'
import { ingressSubject, protectionOffEvent } from './report.ts'
import { applyIo } from './run-io.ts'
import { Outdated } from './write-fresh.ts'

/** What a pass did: the steps, and the Ingresses as they are after their finalizer was put. */
export interface AppliedGroup extends Applied {
  readonly ingresses: ReadonlyMap<string, Ingress>
  /** Why steps of the plan were left out; absent when all were due. */
  readonly heldBack?: 'plan-only' | 'paused' | 'fright'
}

/** Finalizer, record, steps: in this order, so that whatever is in AWS can be found and explained. */
export const apply = async (
  io: GroupIo,
  world: World,
  planned: PlannedGroup,
  signal: AbortSignal,
): Promise<AppliedGroup> => {
  const { group, members } = world
  const cached = new Map(members.map(({ name, ingress }) => [name, ingress]))
  const { steps } = planned.plan
  if (io.settings.process.planOnly) {
    logPlan(io, world, planned)
    return { done: [], ingresses: cached, heldBack: 'plan-only' }
  }
  if (steps.length > 0 && isPaused(io, world)) return { done: [], ingresses: cached, heldBack: 'paused' }
  const fright = isFrightening(io, world, planned)
  const due = fright ? steps.filter(({ phase }) => phase !== 'remove') : steps
  if (due.some(({ phase }) => phase === 'remove')) await confirmMembers(io, world)
  const ingresses = needsFinalizer(world) ? await withFinalizers(io, world, signal) : cached
  if (due.length > 0 && world.evaluation.model.is === 'stack') {
    // The record must not say "applied in full" while a change is under way.
    const { members: known = {}, replacement } = world.record ?? {}
    await io.records.write(
      group,
      { version: 1, members: known, ...(replacement === undefined ? {} : { replacement }) },
      signal,
    )
  }
  const applyingIo: ApplyIo = {
    ...applyIo(io, io.bindingLane, signal),
    protectionSwitchedOff: ({ name }) => {
      io.log.warn({ group, name }, 'switched off protection from deletion')
      for (const member of members) io.events.tell(protectionOffEvent(member, name))
    },
  }
  const batches = bindingBatches(io.securityLane, group, due, io.settings.waits.firstTargetsTimeout)
  const applied = await execute(
    {
      run: (step, made) => {
        io.metrics.step(step.is)
        return batches.run(step, () => runStep(applyingIo, step, made))
      },
      inventory: io.inventory,
      log: io.log,
      stopping: io.stopping,
    },
    due,
  )
  batches.end()
  return { ...applied, ingresses, ...(fright ? { heldBack: 'fright' } : {}) }
}

/** A group whose members are all set aside, and of which we know nothing, is not ours to mark. */
const needsFinalizer = ({ evaluation }: World): boolean => evaluation.model.is === 'stack'

const withFinalizers = async (
  io: GroupIo,
  world: World,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Ingress>> => {
  const ingresses = new Map<string, Ingress>()
  for (const { name, ingress, role } of world.members) {
    // oxlint-disable-next-line no-await-in-loop -- a group has few members, and the first refusal stops the pass
    const now =
      role === 'leaving'
        ? ingress
        : await orRefused('FailedAddFinalizer', addFinalizer(io.cluster, ingress, finalizerOf(world.group), signal))
    ingresses.set(name, now)
  }
  return ingresses
}

/**
 * Before anything is removed the members are read from the API server itself: a cache that is behind must not decide it.
 * Those that leave were read so already.
 */
const confirmMembers = async (io: GroupIo, { members }: World): Promise<void> => {
  for (const { name, ingress, role } of members) {
    if (role === 'leaving') continue
    // oxlint-disable-next-line no-await-in-loop -- a group has few members
    const fresh = await getIngress(io.cluster, ingress)
    if (fresh === undefined || decisiveOf(fresh) !== decisiveOf(ingress)) throw new Outdated(`${name} has changed`)
  }
}

/** What of an Ingress a plan depends on. */
const decisiveOf = ({ uid, deletionTimestamp, annotations, spec }: Ingress): string =>
  canonicalText({ uid, deletionTimestamp, annotations, spec })

const logPlan = (io: GroupIo, { group }: World, { plan: { steps }, observed, world }: PlannedGroup): void => {
  const { backendGroup, backendGroupWanted } = world
  const others = new Map(backendGroup === undefined ? [] : [[backendGroup, backendGroupWanted.name]])
  const lines = planLines({ steps, name: namesOf(observed, steps, others) })
  if (lines.length === 0) io.log.info({ group }, noChangeLine)
  for (const line of lines) io.log.info({ group, line }, 'plan')
  for (const { id, is, phase, because } of steps)
    io.log.info({ group, step: id, action: is, phase, because }, 'would run step')
}

const isPaused = (io: GroupIo, world: World): boolean => {
  const why = io.records.paused(world.group)
  if (why === undefined) {
    io.memory.pauseTold.delete(world.group)
    return false
  }
  io.log.info({ group: world.group, paused: why }, 'group is paused; nothing is written to AWS')
  if (io.memory.pauseTold.get(world.group) !== why) {
    io.memory.pauseTold.set(world.group, why)
    for (const { ingress } of world.members) {
      const message = 'The group is paused by an operator; changes wait until the pause is lifted'
      io.events.tell({ subject: ingressSubject(ingress), type: 'Normal', reason: 'Paused', message })
    }
  }
  return true
}

/** A plan that removes too much waits for a second full read of AWS and of the members; only its removals do. */
const isFrightening = (io: GroupIo, world: World, { plan }: PlannedGroup): boolean => {
  const { frightened } = io.memory
  if (plan.fright === undefined) {
    if (plan.steps.length === 0) frightened.delete(world.group)
    return false
  }
  io.log.warn({ group: world.group, why: plan.fright }, 'plan removes more than its cause explains; removals wait')
  for (const { ingress } of world.members) {
    const message = `Failed deploy model due to ${plan.fright} without a change that explains it; looking again first`
    io.events.tell({ subject: ingressSubject(ingress), type: 'Warning', reason: 'FailedDeployModel', message })
  }
  frightened.set(world.group, versionedDigest(world.evaluation.model))
  io.inventory.invalidate()
  return true
}
