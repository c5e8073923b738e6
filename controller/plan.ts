import type { Member } from '../shared/group/evaluation.ts'
import { contributionOf } from '../shared/group/evaluate.ts'
import type { TargetGroupBinding } from '../shared/kubernetes/objects.ts'
import { digestOf } from '../shared/model/digest.ts'
import type { GroupKey } from '../shared/model/model.ts'
import type { Observed } from '../shared/model/observed.ts'
import { groupId } from '../shared/names/group-id.ts'
import { backendSecurityGroupName } from '../shared/names/names.ts'
import { sha256Hex } from '../shared/names/sha256.ts'
import { backendSecurityGroupTags, groupLabels } from '../shared/names/tags.ts'
import type { GroupWorld } from '../shared/plan/context.ts'
import { planGroup } from '../shared/plan/group.ts'
import type { Plan, PlanRead, Step } from '../shared/plan/step.ts'
import { canonicalText, versionedDigest } from '../shared/names/versioned-digest.ts'
import type { GroupIo } from './io.ts'
import { observeGroup } from './observe/aws.ts'
import type { World } from './observe/group.ts'
import { replacementStage } from './replacement.ts'

/** A listing as old as this is believed when nothing is made or removed by it. */
const freshMs = 10_000

const mostRounds = 5

export interface PlannedGroup {
  readonly plan: Plan
  readonly observed: Observed
  /** What the plan was made of; its state of AWS is the one before the plan. */
  readonly world: GroupWorld
  /** Of the model; undefined while something in it is not known yet, or nothing is wanted. */
  readonly digest: string | undefined
}

/**
 * Plans a group, reading of AWS what the plan asks for: details of a load balancer only where the record does not agree or
 * their turn in the slow scan has come, and a fresh listing before anything is made or removed.
 */
export const planFor = async (io: GroupIo, world: World, signal: AbortSignal): Promise<PlannedGroup> => {
  const { group, evaluation, record } = world
  const { waits } = io.settings
  const digest = digestOf(evaluation.model)
  const scan = isScanDue(io, group)
  const trusted = digest !== undefined && record?.digest === digest && !scan
  // That nothing is left is believed of a fresh listing only, since the finalizer goes by it.
  const isLeaving = evaluation.model.is === 'nothing' && world.members.length > 0
  let maxAgeMs = isLeaving ? Math.min(freshMs, waits.inventoryMaxAge) : waits.inventoryMaxAge
  let reads: readonly PlanRead[] = []
  for (let round = 0; round < mostRounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each round reads what the one before asked for
    const observed = await observeGroup(
      { aws: io.aws, inventory: io.inventory, inventoryMaxAgeMs: maxAgeMs },
      group,
      reads,
      signal,
    )
    const groupWorld = worldOf(io, world, observed, trusted)
    const plan = planGroup(groupWorld)
    const neededMs = neededAge(io, plan)
    if (plan.reads.length > 0) {
      reads = [...reads, ...plan.reads]
    } else if (io.inventory.age > neededMs && maxAgeMs > neededMs) {
      maxAgeMs = neededMs
    } else {
      if (reads.length > 0) io.memory.readAt.set(group, io.timing.now())
      return { plan, observed, world: groupWorld, digest }
    }
  }
  throw new Error(`the plan of ${group} asked for more than it should`)
}

/** The age of a listing, in milliseconds, up to which it is believed for a plan. */
const neededAge = ({ settings: { waits } }: GroupIo, plan: Plan): number => {
  const { to } = plan.replacement ?? {}
  if (to !== undefined && to.state !== 'active') return Math.min(freshMs, waits.replacementPollPeriod)
  return plan.steps.some(needsFreshListing) ? Math.min(freshMs, waits.inventoryMaxAge) : Infinity
}

/** A create rests on the absence of what it makes, a removal on its presence; both may have changed since a listing. */
const needsFreshListing = (step: Step): boolean =>
  step.phase === 'remove' ||
  step.is === 'create-load-balancer' ||
  step.is === 'create-target-group' ||
  step.is === 'create-security-group'

const worldOf = (io: GroupIo, world: World, observed: Observed, trusted: boolean): GroupWorld => {
  const { flags } = io.settings
  const [ofCluster] = io.inventory
    .backendGroups()
    .map(({ id }) => id)
    .toSorted()
  const backendGroup = flags.backendSecurityGroup === '' ? ofCluster : flags.backendSecurityGroup
  return {
    model: world.evaluation.model,
    observed,
    bindings: bindingsOf(io, world.group),
    cluster: flags.clusterName,
    vpcId: flags.vpcId,
    externalManagedTags: flags.externalManagedTags,
    backendGroup,
    backendGroupWanted: {
      name: backendSecurityGroupName(flags.clusterName),
      tags: { ...flags.defaultTags, ...backendSecurityGroupTags(flags.clusterName) },
    },
    trusted,
    replacement: replacementStage(io, world, observed),
    whole: false,
    explained: isExplained(world) || io.memory.frightened.get(world.group) === versionedDigest(world.evaluation.model),
  }
}

/** TargetGroupBindings with the labels of the group. */
export const bindingsOf = (io: Pick<GroupIo, 'bindings'>, group: GroupKey): readonly TargetGroupBinding[] => {
  const labels = Object.entries(groupLabels(groupId(group)))
  return io.bindings.list().filter((binding) => labels.every(([key, value]) => binding.labels[key] === value))
}

/** Whether a member came, left or changed since the last good state, which may explain what is removed. */
const isExplained = ({ members, evaluation, record }: World): boolean => {
  if (record === undefined) return false
  const before = new Map(Object.entries(record.members))
  const now = [...evaluation.standings].flatMap(([name, standing]) =>
    contributionOf(standing).map((contribution) => [name, contribution] as const),
  )
  const isLeaving = members.some(({ role }: Member) => role === 'leaving')
  return (
    isLeaving ||
    now.length !== before.size ||
    now.some(([name, contribution]) => {
      const old = before.get(name)
      return old === undefined || canonicalText(old) !== canonicalText(contribution)
    })
  )
}

/** Spread over the period by name, so that a restart does not bring the turns of all groups together. */
const isScanDue = (io: GroupIo, group: GroupKey): boolean => {
  const period = io.settings.waits.driftScanPeriod
  const readAt = io.memory.readAt.get(group)
  if (readAt !== undefined) return io.timing.now() - readAt >= period
  const share = Number.parseInt(sha256Hex(group).slice(0, 8), 16) / 2 ** 32
  io.memory.readAt.set(group, io.timing.now() - period * share)
  return false
}
