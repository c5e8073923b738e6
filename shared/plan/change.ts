import { nameOf, type Node, type Service, type TargetGroupBinding } from '../kubernetes/objects.ts'
import type { DesiredModel, GroupKey, Tags } from '../model/model.ts'
import type { Observed, ObservedTarget } from '../model/observed.ts'
import { groupId } from '../names/group-id.ts'
import { groupLabels, resourceIds, tagKeys } from '../names/tags.ts'
import { assume } from './assume.ts'
import { bindingObject } from './binding-object.ts'
import { planTargets } from './bindings.ts'
import { planGroup } from './group.ts'
import { type NameOfRef, namesOf } from './names.ts'
import { type NodeRuleStage, nodeRuleSteps } from './change-node-rules.ts'
import { noEndpoints } from './pod-targets.ts'
import type { Ref, Step, TargetRef } from './step.ts'

/** One group, as it is wanted before and after a change. */
export interface GroupChange {
  readonly group: GroupKey
  readonly before: DesiredModel
  readonly after: DesiredModel
  /** The name of its live load balancer, where it is known: one that is written counts for the next one only. */
  readonly loadBalancerName?: string
}

/** How a Service is found, as the cluster is before or after the change. */
export type ServiceOf = (namespace: string, name: string) => Service | undefined

/** What a plan looks at besides the models. */
export interface ChangeWorld {
  /** All TargetGroupBindings that we reconcile. */
  readonly bindings: readonly TargetGroupBinding[]
  readonly nodes: readonly Node[]
  readonly before: ServiceOf
  readonly after: ServiceOf
  readonly cluster: string
  readonly vpcId: string
  readonly externalManagedTags: readonly string[]
  /** Most targets of one target group; absent or 0: as many as there are. */
  readonly mostTargets?: number
  readonly backendGroup: {
    readonly name: string
    readonly tags: Tags
    /** Where somebody else keeps it. */
    readonly id?: string
    /** A load balancer of a group that does not change carries it. */
    readonly exists: boolean
    /** Somebody besides the groups that change may use it. */
    readonly needed: boolean
  }
}

/** A plan before anything exists: its steps, and what they act on by name. */
export interface ChangePlan {
  readonly steps: readonly Step[]
  readonly name: NameOfRef
  /** Pods are the targets of bindings that change, and which Pods there are is not known here. */
  readonly pods: boolean
}

/**
 * The steps of all three lanes that bring the groups from the state that they were to have before a change to the one
 * after it, without a look at AWS.
 */
export const planChange = (changes: readonly GroupChange[], world: ChangeWorld): ChangePlan => {
  const { name, tags, id } = world.backendGroup
  const found = id ?? sourceGroupOf(world.bindings, changes)
  const exists = id !== undefined || world.backendGroup.exists || changes.some(({ before }) => carries(before))
  const backendId = found ?? name
  const planned = changes.map(({ group, before, after, loadBalancerName }) => {
    const live = world.bindings.filter(isOf(group))
    const assumed = assume(before, {
      vpcId: world.vpcId,
      backendGroup: backendId,
      bindings: live,
      ...(loadBalancerName === undefined ? {} : { loadBalancerName }),
    })
    const { steps } = planGroup({
      model: after,
      observed: assumed.observed,
      bindings: assumed.bindings,
      cluster: world.cluster,
      vpcId: world.vpcId,
      externalManagedTags: world.externalManagedTags,
      backendGroup: exists ? backendId : undefined,
      backendGroupWanted: { name, tags },
      trusted: false,
      explained: true,
      replacement: 'go',
      whole: true,
    })
    const written = steps.filter(({ phase }) => phase !== 'remove')
    const { after: made } = bindingsAfter(assumed.bindings, assumed.observed, written)
    return { ...assumed, steps, made, ...bindingsAfter(assumed.bindings, assumed.observed, steps) }
  })
  const others = world.bindings.filter((binding) => !changes.some(({ group }) => isOf(group)(binding)))
  const lists = {
    before: [...others, ...planned.flatMap(({ bindings }) => bindings)],
    made: [...others, ...planned.flatMap(({ made }) => made)],
    after: [...others, ...planned.flatMap(({ after }) => after)],
    gone: planned.flatMap(({ gone }) => gone),
  }
  const groupSteps = planned.flatMap(({ steps }) => steps)
  const steps = [
    ...groupSteps,
    ...targetSteps(lists, world),
    ...nodeRuleSteps(stagesOf(lists, groupSteps), world),
    ...removalOfBackendGroup(changes, world, exists, backendId),
  ]
  const pods = hasPods(lists, changes, steps) || lists.after.some((binding) => isIp(binding) && isMoved(binding, world))
  return {
    steps,
    name: namesOf(joined(planned), steps, new Map([...lists.before.flatMap(nameInArn), [backendId, name]])),
    pods,
  }
}

/** Whether the Service of a binding is what changes. */
const isMoved = (binding: TargetGroupBinding, world: ChangeWorld): boolean =>
  serviceOf(binding, world.before) !== serviceOf(binding, world.after)

/** What the target group of a binding is called, by its ARN. */
const nameInArn = ({ spec: { targetGroupARN: arn } }: TargetGroupBinding): readonly (readonly [string, string])[] => {
  const name = /:targetgroup\/([^/]+)\//.exec(arn)?.[1]
  return name === undefined ? [] : [[arn, name]]
}

const isIp = ({ spec }: TargetGroupBinding): boolean => spec.targetType === 'ip'

/** Targets by IP of the groups themselves, or of any other binding where rules on nodes change, which may be those of Pods. */
const hasPods = ({ before, after }: Bindings, changes: readonly GroupChange[], steps: readonly Step[]): boolean => {
  const own = [...before, ...after].filter((binding) => changes.some(({ group }) => isOf(group)(binding)))
  const onNodes = steps.some(
    ({ lane, is }) => lane === 'security' && (is === 'authorize-ingress' || is === 'revoke-ingress'),
  )
  return (steps.length > 0 && own.some(isIp)) || (onNodes && after.some(isIp))
}

const carries = (model: DesiredModel): boolean => model.is === 'stack' && model.stack.securityGroups.backend

const isOf =
  (group: GroupKey) =>
  ({ labels }: TargetGroupBinding): boolean =>
    Object.entries(groupLabels(groupId(group))).every(([key, value]) => labels[key] === value)

/** The source of rules on targets as bindings that we made name it; those of the groups themselves first. */
const sourceGroupOf = (
  bindings: readonly TargetGroupBinding[],
  changes: readonly GroupChange[],
): string | undefined => {
  const own = bindings.filter((binding) => changes.some(({ group }) => isOf(group)(binding)))
  const made = bindings.filter(({ labels }) => Object.keys(labels).some((key) => key.startsWith('ingress.k8s.aws/')))
  return [...own, ...made]
    .flatMap(({ spec }) => spec.networking?.ingress ?? [])
    .flatMap(({ from }) => from.flatMap(({ securityGroup }) => securityGroup?.groupID ?? []))[0]
}

const joined = (all: readonly { readonly observed: Observed }[]): Observed => ({
  complete: true,
  loadBalancers: all.flatMap(({ observed }) => observed.loadBalancers),
  targetGroups: all.flatMap(({ observed }) => observed.targetGroups),
  securityGroups: all.flatMap(({ observed }) => observed.securityGroups),
})

/** An ARN, or what stands for it until a step has made it. */
const idOf = (ref: Ref): string => ('arn' in ref ? ref.arn : ref.madeBy)

/**
 * The bindings as the passes of the controller leave them: those that are wanted are written first; target groups that stand in for others go once those are healthy,
 * and what is on a load balancer that gives way goes with it.
 */
const stagesOf = ({ before, made, after, gone }: Bindings, steps: readonly Step[]): readonly NodeRuleStage[] => {
  const standIns = new Set(steps.flatMap(standInsOf))
  const giving = new Set(
    steps.flatMap((step) =>
      step.is === 'tag' && step.set[tagKeys.resource]?.endsWith(resourceIds.old('')) === true
        ? [idOf(step.resource)]
        : [],
    ),
  )
  const known = new Set(before.map(({ spec }) => spec.targetGroupARN))
  const beside = gone.filter(({ spec }) => giving.has(spec.targetGroupARN) || !known.has(spec.targetGroupARN))
  const replaced = gone.filter(({ spec }) => standIns.has(spec.targetGroupARN))
  return [
    { bindings: before, services: 'before' },
    { bindings: made, services: 'after' },
    { bindings: [...after, ...beside, ...replaced], services: 'after' },
    { bindings: [...after, ...beside], services: 'after' },
    { bindings: after, services: 'after' },
  ]
}

const standInsOf = (step: Step): readonly string[] => {
  switch (step.is) {
    case 'create-rule':
    case 'modify-rule':
      return step.action.is === 'forward' && step.action.standIn !== undefined ? [idOf(step.action.standIn)] : []
    case 'create-listener':
    case 'modify-listener':
      return step.defaultAction.is === 'forward' && step.defaultAction.standIn !== undefined
        ? [idOf(step.defaultAction.standIn)]
        : []
    default:
      return []
  }
}

/** The bindings once the steps are run, and those that the steps delete as they were before that. */
const bindingsAfter = (
  before: readonly TargetGroupBinding[],
  observed: Observed,
  steps: readonly Step[],
): Pick<Bindings, 'after' | 'gone'> => {
  const gone: TargetGroupBinding[] = []
  const bindings = new Map(before.map((binding) => [nameOf(binding), binding] as const))
  const types = new Map(observed.targetGroups.map(({ arn, targetType }) => [arn, targetType]))
  for (const step of steps) {
    if (step.is === 'create-target-group') types.set(step.id, step.targetType)
    if (step.is === 'delete-binding') {
      const last = bindings.get(nameOf(step))
      if (last !== undefined) gone.push(last)
      bindings.delete(nameOf(step))
    }
    if (step.is !== 'apply-binding') continue
    const { binding, targetGroup, sourceGroup } = step
    const arn = idOf(targetGroup)
    const made = { arn, targetType: types.get(arn) ?? '' }
    bindings.set(
      nameOf(binding),
      bindingObject(binding, made, sourceGroup === undefined ? undefined : idOf(sourceGroup)),
    )
  }
  return { after: [...bindings.values()], gone }
}

/** All bindings of the cluster, around a change. */
interface Bindings {
  readonly before: readonly TargetGroupBinding[]
  /** Once those that are wanted are written and before others are deleted. */
  readonly made: readonly TargetGroupBinding[]
  readonly after: readonly TargetGroupBinding[]
  /** Deleted by the change, as they were last; some it makes itself, on a load balancer that gives way to another. */
  readonly gone: readonly TargetGroupBinding[]
}

/** What the binding lane does: targets of new and changed bindings, and those of bindings that go. */
const targetSteps = ({ before, after, gone }: Bindings, world: ChangeWorld): readonly Step[] => {
  const passing = gone.filter(({ spec }) => !before.some((one) => one.spec.targetGroupARN === spec.targetGroupARN))
  const old = new Map(before.map((binding) => [binding.spec.targetGroupARN, binding] as const))
  const kept = new Set(after.map(({ spec }) => spec.targetGroupARN))
  return [
    ...after.flatMap((binding) => {
      const was = old.get(binding.spec.targetGroupARN)
      const service = serviceOf(binding, world.after)
      if (was === binding && !isMoved(binding, world)) return []
      const observed = was === undefined ? [] : assumedTargets(was, world)
      return planTargets({
        binding,
        service,
        nodes: world.nodes,
        endpoints: noEndpoints,
        observed,
        mostTargets: world.mostTargets ?? 0,
      }).steps
    }),
    ...passing.flatMap((binding) => [
      ...registration(binding, world, world.after),
      ...deregistration(binding, registeredBy(registration(binding, world, world.after))),
    ]),
    ...before
      .filter(({ spec }) => !kept.has(spec.targetGroupARN))
      .flatMap((binding) => deregistration(binding, registeredBy(registration(binding, world, world.before)))),
  ]
}

/** The targets that a binding has before the change. */
const assumedTargets = (binding: TargetGroupBinding, world: ChangeWorld): readonly ObservedTarget[] =>
  registeredBy(registration(binding, world, world.before)).map((target) => ({ ...target, state: 'healthy' }))

/** The steps that register all targets of a binding. */
const registration = (binding: TargetGroupBinding, world: ChangeWorld, service: ServiceOf): readonly Step[] =>
  planTargets({
    binding,
    service: serviceOf(binding, service),
    nodes: world.nodes,
    endpoints: noEndpoints,
    observed: [],
    mostTargets: world.mostTargets ?? 0,
  }).steps

const registeredBy = (steps: readonly Step[]): readonly TargetRef[] =>
  steps.flatMap((step) => (step.is === 'register-targets' ? step.targets : []))

const deregistration = (binding: TargetGroupBinding, targets: readonly TargetRef[]): readonly Step[] => {
  if (targets.length === 0) return []
  const targetGroup: Ref = { arn: binding.spec.targetGroupARN }
  const id = `binding/deregister-targets/${nameOf(binding)}`
  const base = { lane: 'binding', phase: 'remove', group: '', because: [] } as const
  return [{ ...base, id, is: 'deregister-targets', targetGroup, targets }]
}

const serviceOf = ({ namespace, spec }: TargetGroupBinding, find: ServiceOf): Service | undefined =>
  find(namespace, spec.serviceRef.name)

/** The backend security group goes with the last group that uses it. */
const removalOfBackendGroup = (
  changes: readonly GroupChange[],
  { backendGroup: { name, needed, id: kept } }: ChangeWorld,
  exists: boolean,
  id: string,
): readonly Step[] => {
  if (!exists || needed || kept !== undefined || changes.some(({ after }) => after.is !== 'nothing')) return []
  const securityGroup: Ref = { arn: id }
  return [
    {
      id: `security/delete-security-group/${id}`,
      lane: 'security',
      phase: 'remove',
      group: '',
      because: [],
      is: 'delete-security-group',
      securityGroup,
      name,
    },
  ]
}
