import { securityGroupsById, securityGroupsOfCluster } from '../../shared/aws/nodes.ts'
import type { NodeSecurityGroups } from '../../shared/aws/nodes.ts'
import type { PodPlace, PodSecurityGroups } from '../../shared/aws/pods.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { ObservedSecurityGroup } from '../../shared/model/observed.ts'
import { podInterface, podKey } from '../../shared/plan/pod-interfaces.ts'
import { nodeTargets } from '../../shared/plan/node-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import type { NodeRulesPlan } from '../../shared/plan/security.ts'
import type { Step } from '../../shared/plan/step.ts'
import { runStep } from '../apply/run.ts'
import { versionedDigest } from '../../shared/names/versioned-digest.ts'
import { execute } from '../execute.ts'
import type { Io } from '../io.ts'
import { failureFields } from '../report.ts'
import { applyIo, noBindings } from '../run-io.ts'
import { groupOfBinding, isOurs } from '../../shared/plan/binding-owner.ts'
import type { GroupKey } from '../../shared/model/model.ts'
import { bindingSubject } from './binding-subject.ts'
import { endpointsOf, podsOf } from './endpoints.ts'

/** What the lane keeps while the process lives; losing it costs a read. */
export interface SecurityMemory {
  /** What the rules that are in place were computed from; absent while they may not be in place. */
  inputs?: string | undefined
  /** Groups that were given rules since the process started. */
  given: ReadonlySet<string>
  /** Bindings of groups of which some are being written, as they were before. */
  readonly frozen: Map<GroupKey, readonly TargetGroupBinding[]>
}

export const newSecurityMemory = (): SecurityMemory => ({ given: new Set(), frozen: new Map() })

export interface NodeRulesIo extends Io {
  readonly memory: SecurityMemory
  readonly nodes: NodeSecurityGroups
  readonly pods: PodSecurityGroups
  /** Whether rules that nothing wants may go: no registered target is reached through them any more. */
  readonly mayRevoke: () => boolean
}

/** `open`: everything that is wanted is let in, and what is not is not yet shut. */
export type RulesEnd = 'done' | 'open' | 'incomplete'

/** Brings the rules on the groups of nodes and Pods in line with all bindings: first all that let in, then what shuts. */
export const reconcileRules = async (io: NodeRulesIo): Promise<RulesEnd> => {
  const { caches, settings, memory, log } = io
  const bindings = [
    ...io.bindings.list().filter((binding) => !memory.frozen.has(groupOfBinding(binding) ?? '')),
    ...[...memory.frozen.values()].flat(),
  ].filter((binding) => binding.deletionTimestamp === undefined && isOurs(binding, settings.flags))
  const instanceIds = nodeTargets(caches.nodes.list()).instanceIds
  const pods = podPlaces(io, bindings)
  const inputs = inputsOf(io, bindings, instanceIds, pods)
  if (memory.inputs === inputs) return 'done'
  const groupsOfInstance = bindings.some(({ spec }) => spec.networking !== undefined && spec.targetType === 'instance')
    ? await io.nodes.of(instanceIds, io.signal)
    : new Map<string, readonly string[]>()
  const groupsOfPod = await io.pods.of(pods, io.signal)
  const plan = planNodeRules({
    bindings,
    service: (namespace, name) => caches.services.get(`${namespace}/${name}`),
    nodes: caches.nodes.list(),
    endpoints: endpointsOf(caches),
    groupsOfInstance,
    groupsOfPod,
    observed: await observedGroups(
      io,
      [...groupsOfInstance.values(), ...groupsOfPod.values()].flatMap((groups) => (groups === 'none' ? [] : groups)),
    ),
    clusterName: settings.flags.clusterName,
    targetTags: settings.flags.targetSecurityGroupTags,
    given: memory.given,
  })
  if (settings.process.planOnly) {
    for (const { id, is } of plan.steps) log.info({ step: id, action: is }, 'would run step')
    return 'done'
  }
  tellProblems(io, plan)
  delete memory.inputs
  memory.given = new Set(plan.given)
  const revokes = plan.steps.filter(({ is }) => is === 'revoke-ingress')
  if (
    !(await run(
      io,
      plan.steps.filter(({ is }) => is !== 'revoke-ingress'),
    ))
  )
    return 'incomplete'
  if (revokes.length > 0 && !io.mayRevoke()) return plan.complete ? 'open' : 'incomplete'
  if (!(await run(io, revokes)) || !plan.complete) return 'incomplete'
  memory.inputs = inputs
  return 'done'
}

const run = async (io: NodeRulesIo, steps: readonly Step[]): Promise<boolean> => {
  const apply = applyIo(io, noBindings, io.signal)
  const { failed } = await execute(
    {
      run: (step, made) => {
        io.metrics.step(step.is)
        return runStep(apply, step, made)
      },
      inventory: io.inventory,
      log: io.log,
      stopping: io.stopping,
    },
    steps,
  )
  if (failed !== undefined) io.log.warn(failureFields(failed.step, failed.error), 'step failed')
  return failed === undefined
}

/** All that the rules depend on and that can change without AWS. */
const inputsOf = (
  { caches }: Io,
  bindings: readonly TargetGroupBinding[],
  instanceIds: readonly string[],
  pods: readonly PodPlace[],
): string =>
  versionedDigest({
    bindings: bindings
      .map(({ namespace, name, spec }) => ({
        name: `${namespace}/${name}`,
        spec,
        ports: caches.services.get(`${namespace}/${spec.serviceRef.name}`)?.ports ?? [],
      }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    instanceIds,
    pods: pods.map(({ key, on }) => ({ key, on, ports: caches.pods.get(key.split(' ')[0] ?? '')?.namedPorts ?? [] })),
  })

/** Where the interfaces of all Pods are that bindings with rules register; each once. */
const podPlaces = ({ caches }: Io, bindings: readonly TargetGroupBinding[]): readonly PodPlace[] => {
  const targets = bindings
    .filter(({ spec }) => spec.networking !== undefined && spec.targetType === 'ip')
    .flatMap((binding) => podsOf(binding, caches))
  const places = targets.map((target) => ({
    key: podKey(target),
    address: target.address,
    on: podInterface(target, (name) => caches.nodes.get(name)),
  }))
  return [...new Map(places.map((place) => [place.key, place])).values()].toSorted((one, other) =>
    one.key < other.key ? -1 : 1,
  )
}

/** The groups tagged for the cluster, those of nodes and Pods, and those that were given rules. */
const observedGroups = async (
  io: NodeRulesIo,
  ofTargets: readonly string[],
): Promise<readonly ObservedSecurityGroup[]> => {
  const tagged = await securityGroupsOfCluster(io.aws, io.settings.flags, io.signal)
  const known = new Set(tagged.map(({ id }) => id))
  const others = [...new Set([...ofTargets, ...io.memory.given])].filter((id) => !known.has(id))
  return [...tagged, ...(await securityGroupsById(io.aws, others, io.signal))]
}

const tellProblems = (io: NodeRulesIo, { problems }: NodeRulesPlan): void => {
  for (const { binding: key, reason, message } of problems) {
    io.log.warn({ binding: key, reason, why: message }, 'rules of nodes are not as they should be')
    const binding = io.bindings.get(key)
    if (binding !== undefined) io.events.tell({ subject: bindingSubject(binding), type: 'Warning', reason, message })
  }
}
