import type { Finding } from '../findings/finding.ts'
import { warningSubject } from '../findings/text.ts'
import { factOf, needKey } from '../ingress/facts.ts'
import type { ClusterView, Facts, LiveLoadBalancer, Need } from '../ingress/facts.ts'
import type { Flags } from '../ingress/flags.ts'
import { holdsFinalizer, membershipOf, serviceFinalizer } from '../ingress/membership.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress, Node, Service, TargetGroupBinding } from '../kubernetes/objects.ts'
import { digestOf } from '../model/digest.ts'
import type { DesiredModel, GroupKey } from '../model/model.ts'
import { backendSecurityGroupName, loadBalancerOfHostname } from '../names/names.ts'
import { backendSecurityGroupTags } from '../names/tags.ts'
import { isOurs } from '../plan/binding-owner.ts'
import { planChange } from '../plan/change.ts'
import type { ChangeWorld, GroupChange } from '../plan/change.ts'
import { defaultsLine } from '../plan/defaults.ts'
import { incompleteLine, noChangeLine, planLines } from '../plan/print.ts'
import { writesOf } from '../plan/writes.ts'
import type { Write } from '../plan/writes.ts'
import type { Change } from './admission.ts'
import { carriesBackendGroup } from './build.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation, Member } from './evaluation.ts'
import type { GroupRecord } from './record.ts'
import { usersOf } from './service-admission.ts'

/** What a plan looks at of the cluster besides what rules do. */
export interface PlanView {
  readonly bindings: readonly TargetGroupBinding[]
  readonly nodes: readonly Node[]
  readonly services: readonly Service[]
  readonly record: (group: GroupKey) => GroupRecord | undefined
}

/** What a change would do, as a dry-run tells it. */
export interface PlannedChange {
  /** Lines for people, at most eight. */
  readonly lines: readonly string[]
  /** Every AWS write, in the order of the plan. */
  readonly writes: readonly Write[]
  /** Why the plan may not be all; empty when it is. */
  readonly incomplete: readonly string[]
}

const mostLines = 8

const underWay = 'an earlier change is still being applied'

/** One side of a change: a group with an Ingress as it is before or after. */
interface Side {
  readonly model: DesiredModel
  readonly evaluation?: Evaluation
}

/**
 * The plan of a change of an Ingress; undefined where it was not ours before and is not after. `skipped` tells what of the
 * change could not be checked.
 */
export const planIngress = (
  change: Change,
  facts: Facts,
  view: PlanView,
  skipped: readonly string[],
): PlannedChange | undefined => {
  const { before, after } = change
  const group = nameOf(after)
  const then = before === undefined ? none(group) : sideOf(before, 'present', facts, view)
  const now = sideOf(after, 'candidate', withLive(facts, group, then, before), view)
  if (then.model.is === 'nothing' && now.model.is === 'nothing') return undefined
  const world = worldOf([group], facts, facts, view)
  return told(
    [{ group, before: then.model, after: now.model, ...liveName(before) }],
    world,
    [
      ...unsettled(group, then, facts, view),
      ...skipped.map(notChecked),
      ...waiting(group, then, now),
      ...newlyNamed(then.model, now.model),
    ],
    defaultsLine(before, after),
  )
}

/** The plan of a change of a Service, for every group and TargetGroupBinding that uses it; undefined where none does. */
export const planService = (
  before: Service | undefined,
  after: Service,
  facts: Facts,
  view: PlanView,
  skipped: readonly string[],
): PlannedChange | undefined => {
  const [then, now] = [withService(facts, after, before), withService(facts, after, after)]
  const sides = usersOf(after, facts).map((ingress) => ({
    group: nameOf(ingress),
    ingress,
    old: sideOf(ingress, 'present', then, view),
    now: sideOf(ingress, 'present', now, view),
  }))
  const isOf = ({ namespace, spec }: TargetGroupBinding): boolean =>
    namespace === after.namespace && spec.serviceRef.name === after.name
  if (sides.length === 0 && !view.bindings.some(isOf)) return undefined
  const changes = sides.map((side) => ({
    group: side.group,
    before: side.old.model,
    after: side.now.model,
    ...liveName(side.ingress),
  }))
  const world = worldOf(
    changes.map(({ group }) => group),
    then,
    now,
    view,
  )
  const incomplete = sides.flatMap((side) => [
    ...unsettled(side.group, side.old, then, view),
    ...unchecked(side.now).map(notChecked),
    ...waiting(side.group, side.old, side.now),
    ...newlyNamed(side.old.model, side.now.model),
  ])
  return told(changes, world, [...incomplete, ...skipped.map(notChecked)], [])
}

/** The plan of an update that leaves all that is read of an Ingress as it was; no line for one that is not ours. */
export const planUnchanged = (ingress: Ingress, cluster: ClusterView, flags: Flags): readonly string[] =>
  membershipOf(ingress, cluster, flags).is === 'present' ? [noChangeLine] : []

/** The facts of AWS that the plan of a change of a Service asks for. */
export const serviceNeeds = (after: Service, facts: Facts, view: PlanView): readonly Need[] =>
  usersOf(after, facts).flatMap(
    (ingress) => sideOf(ingress, 'present', withService(facts, after, after), view).evaluation?.needs ?? [],
  )

/** The load balancer of an Ingress as its status names it. */
const liveName = (ingress: Ingress | undefined): Pick<GroupChange, 'loadBalancerName'> => {
  const loadBalancerName = loadBalancerOfHostname(ingress?.status.hostname ?? '')
  return loadBalancerName === undefined ? {} : { loadBalancerName }
}

/** A listing of load balancers may be older than the last change: what was applied then is what the load balancer has. */
const withLive = (facts: Facts, group: GroupKey, { model }: Side, ingress: Ingress | undefined): Facts => {
  const need: Need = { is: 'load-balancers' }
  const listed = factOf<readonly LiveLoadBalancer[]>(facts, need)
  if (model.is !== 'stack' || listed.is !== 'present' || 'unknown' in model.stack.loadBalancer.subnets) return facts
  const { name, scheme, subnets } = model.stack.loadBalancer
  const { loadBalancerName = name } = liveName(ingress)
  const live: LiveLoadBalancer = { group, name: loadBalancerName, scheme, subnetIds: subnets.known }
  const others = listed.value.filter((one) => one.group !== group || one.scheme !== scheme)
  return {
    ...facts,
    aws: new Map([...facts.aws, [needKey(need), { is: 'present', value: [...others, live] }]]),
  }
}

const none = (group: GroupKey): Side => ({ model: { is: 'nothing', group } })

const sideOf = (ingress: Ingress, role: 'present' | 'candidate', facts: Facts, view: PlanView): Side => {
  const { is, group } = membershipOf(ingress, facts.cluster, facts.flags)
  if (is === 'stranger') return none(group)
  const lastGood = view.record(group)?.members[group]
  const member: Member = {
    name: group,
    ingress,
    role: is === 'present' ? role : is,
    ...(lastGood === undefined ? {} : { lastGood }),
  }
  const evaluation = evaluate({ key: group, members: [member] }, facts)
  return { model: evaluation.model, evaluation }
}

/** The cluster with a Service in another state. */
const withService = (facts: Facts, { namespace, name }: Service, state: Service | undefined): Facts => ({
  ...facts,
  cluster: {
    ...facts.cluster,
    service: (ofNamespace, ofName) =>
      ofNamespace === namespace && ofName === name ? state : facts.cluster.service(ofNamespace, ofName),
  },
})

const worldOf = (groups: readonly GroupKey[], before: Facts, after: Facts, view: PlanView): ChangeWorld => {
  const { flags, cluster } = after
  const others = cluster.ingresses
    .filter(holdsFinalizer)
    .map(nameOf)
    .filter((name) => !groups.includes(name))
  return {
    bindings: view.bindings.filter((binding) => binding.deletionTimestamp === undefined && isOurs(binding, flags)),
    nodes: view.nodes,
    before: before.cluster.service,
    after: cluster.service,
    cluster: flags.clusterName,
    vpcId: flags.vpcId,
    externalManagedTags: flags.externalManagedTags,
    mostTargets: flags.mostTargetsPerTargetGroup,
    backendGroup: {
      name: backendSecurityGroupName(flags.clusterName),
      tags: { ...flags.defaultTags, ...backendSecurityGroupTags(flags.clusterName) },
      ...(flags.backendSecurityGroup === '' ? {} : { id: flags.backendSecurityGroup }),
      exists: others.some((name) => carriesBackendGroup(Object.values(view.record(name)?.members ?? {}), flags)),
      needed: others.length > 0 || view.services.some(({ finalizers }) => finalizers.includes(serviceFinalizer)),
    },
  }
}

/** Whether the state before the change is not the one that AWS is in. */
const unsettled = (group: GroupKey, { model }: Side, facts: Facts, view: PlanView): readonly string[] => {
  if (model.is === 'stack') {
    const digest = digestOf(model)
    return digest !== undefined && view.record(group)?.digest === digest ? [] : [underWay]
  }
  const live = factOf<readonly LiveLoadBalancer[]>(facts, { is: 'load-balancers' })
  return live.is === 'present' && live.value.some((balancer) => balancer.group === group) ? [underWay] : []
}

const unchecked = ({ evaluation }: Side): readonly string[] => [
  ...new Set((evaluation?.findings ?? []).filter(({ kind }) => kind === 'unchecked').map(warningSubject)),
]

const notChecked = (subject: string): string => `${subject} not checked`

/** A member that stood before and waits now: with what it last brought, until it is right. */
const waiting = (group: GroupKey, then: Side, now: Side): readonly string[] => {
  const isSetAside = ({ evaluation }: Side): boolean => evaluation?.standings.get(group)?.is === 'set-aside'
  if (!isSetAside(now) || isSetAside(then)) return []
  const fault = now.evaluation?.findings.find(({ kind }: Finding) => kind === 'fault')
  return [fault === undefined ? 'nothing is applied yet' : `nothing is applied until ${warningSubject(fault)} is right`]
}

/** Attributes of resources that stay, which nobody named before: AWS may hold any value of them. */
const newlyNamed = (before: DesiredModel, after: DesiredModel): readonly string[] => {
  if (before.is !== 'stack' || after.is !== 'stack') return []
  const pairs = [
    [before.stack.loadBalancer.attributes, after.stack.loadBalancer.attributes] as const,
    ...after.stack.targetGroups.flatMap(({ resourceId, attributes }) => {
      const live = before.stack.targetGroups.find((targetGroup) => targetGroup.resourceId === resourceId)
      return live === undefined ? [] : [[live.attributes, attributes] as const]
    }),
  ]
  const keys = pairs.flatMap(([was, now]) => Object.keys(now).filter((key) => was[key] === undefined))
  return [...new Set(keys)].map((key) => `${key} counts as its default, AWS was not asked`)
}

/** A group that does without the backend group and did not always may have left it behind. */
const unknownBackendGroup = (
  changes: readonly GroupChange[],
  { backendGroup: { name, id, exists } }: ChangeWorld,
): readonly string[] => {
  if (id !== undefined || exists || changes.some(({ before }) => carriesBackend(before))) return []
  const asks = changes.some(({ before, after }) => before.is === 'stack' && carriesBackend(after))
  return asks ? [`security group ${name} may be there already`] : []
}

const carriesBackend = (model: DesiredModel): boolean => model.is === 'stack' && model.stack.securityGroups.backend

const told = (
  changes: readonly GroupChange[],
  world: ChangeWorld,
  reasons: readonly string[],
  defaults: readonly string[],
): PlannedChange => {
  const plan = planChange(changes, world)
  const pods = plan.pods ? ['which Pods are targets is not known here'] : []
  const incomplete = [...new Set([...reasons, ...pods, ...unknownBackendGroup(changes, world)])]
  const writes = plan.steps.flatMap((step) => writesOf(step, plan.name))
  const lines = planLines(plan)
  const whole = lines.length === 0 && incomplete.length === 0 ? [noChangeLine] : lines
  const last = [...defaults, ...incomplete.map(incompleteLine)].slice(0, mostLines)
  return { lines: [...whole.slice(0, mostLines - last.length), ...last], writes, incomplete }
}
