import {
  nameOf,
  type NamespacedName,
  type Node,
  type Service,
  type ServicePort,
  type TargetGroupBinding,
} from '../kubernetes/objects.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../model/observed.ts'
import { bindingPort } from './binding-port.ts'
import { bindingRules, type PortRange } from './binding-rules.ts'
import { clusterTag, type EndpointGroups, groupsOfNodes, groupsOfPods } from './endpoint-groups.ts'
import type { BindingProblem } from './bindings.ts'
import { type Endpoints, podTargets } from './pod-targets.ts'
import type { Step } from './step.ts'

/** The description of rules that are ours on the groups of nodes and Pods; only rules with it are ever revoked. */
export const nodeRuleDescription = 'elbv2.k8s.aws/targetGroupBinding=shared'

/** All that the rules on the security groups of nodes and Pods are computed from. */
export interface NodeRulesWorld {
  /** Every binding that we reconcile; those without `spec.networking` want no rules. */
  readonly bindings: readonly TargetGroupBinding[]
  readonly service: (namespace: string, name: string) => Service | undefined
  readonly nodes: readonly Node[]
  readonly endpoints: Endpoints
  /** By instance id, the security groups of the network interface with device index 0. */
  readonly groupsOfInstance: ReadonlyMap<string, readonly string[]>
  /** By `podKey`, the security groups of the network interface of a Pod; none for one that needs no rule. */
  readonly groupsOfPod: ReadonlyMap<string, readonly string[] | 'none'>
  /** The groups of the instances and Pods, those tagged for the cluster, and those in `given`, as far as they exist. */
  readonly observed: readonly ObservedSecurityGroup[]
  readonly clusterName: string
  /** Tags that the one of several groups which takes the rules has beside that of the cluster. */
  readonly targetTags?: Readonly<Record<string, string>>
  /** Ids of groups that were given rules since the process started. */
  readonly given: ReadonlySet<string>
}

export interface NodeRulesPlan {
  /** Of the lane `security`, without a group: rules are authorised before others are revoked. */
  readonly steps: readonly Step[]
  readonly problems: readonly (BindingProblem & { readonly binding: NamespacedName })[]
  /** Groups that have rules of ours once the steps are run, for `given` of later passes. */
  readonly given: readonly string[]
  /** False while the rules of some binding cannot be told; nothing is revoked then. */
  readonly complete: boolean
}

/**
 * The steps that let the sources of all bindings reach their targets. Of each group of nodes or Pods, protocol and source
 * group there is one rule, from the lowest to the highest port that any binding needs there; IP blocks keep a rule for each
 * port.
 */
export const planNodeRules = (world: NodeRulesWorld): NodeRulesPlan => {
  const nodes = groupsOfNodes(world)
  const asked = world.bindings
    .filter(({ spec }) => spec.networking !== undefined)
    .map((binding) => askedBy(binding, world, nodes))
  const desired = byGroup(asked.flatMap(({ rules }) => rules))
  const complete = asked.every(({ isWhole }) => isWhole)
  const collected = world.observed.filter(
    ({ id, tags }) => desired.has(id) || world.given.has(id) || isOfCluster(tags, world.clusterName),
  )
  const sorted = collected.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    steps: [
      ...sorted.flatMap((group) => authorizeStep(group, desired.get(group.id) ?? [])),
      ...(complete ? sorted.flatMap((group) => revokeStep(group, desired.get(group.id) ?? [])) : []),
    ],
    problems: asked.flatMap(({ problems }) => problems),
    given: [...new Set([...desired.keys(), ...world.given])].toSorted(),
    complete,
  }
}

interface Asked {
  readonly rules: readonly GroupRule[]
  readonly problems: NodeRulesPlan['problems']
  /** The rules are all that the binding wants. */
  readonly isWhole: boolean
}

interface GroupRule {
  readonly group: string
  readonly range: PortRange
}

const nothing: Asked = { rules: [], problems: [], isWhole: true }

const askedBy = (binding: TargetGroupBinding, world: NodeRulesWorld, nodes: EndpointGroups): Asked => {
  const port = bindingPort(binding, world.service(binding.namespace, binding.spec.serviceRef.name))
  if (port.is === 'missing') return nothing
  switch (binding.spec.targetType) {
    case 'instance': {
      const { rules, faults } = bindingRules(binding)
      const all = [...faults, ...(rules.length === 0 ? [] : nodes.faults)]
      return {
        rules: rules.length === 0 ? [] : nodes.groups.flatMap((group) => rules.map((range) => ({ group, range }))),
        problems: problemsOf(binding, 'FailedReconcile', all),
        isWhole: all.length === 0,
      }
    }
    case 'ip':
      return port.is === 'pods' ? askedForPods(binding, port.port, world) : { ...nothing, isWhole: false }
    default:
      // What a binding of another type wants cannot be told; the binding lane says so.
      return { ...nothing, isWhole: false }
  }
}

/** Rules on the groups of the Pods, where a named port is that of each Pod. */
const askedForPods = (binding: TargetGroupBinding, port: ServicePort, world: NodeRulesWorld): Asked => {
  const { groups, faults } = groupsOfPods(podTargets(binding, port, world.endpoints), world)
  const rules = groups.flatMap(({ group, names }) => {
    const asked = bindingRules(binding, names)
    return { rules: asked.rules.map((range) => ({ group, range })), faults: asked.faults }
  })
  const all = [...new Set([...faults, ...rules.flatMap((each) => each.faults)])]
  return {
    rules: rules.flatMap((each) => each.rules),
    problems: problemsOf(binding, 'FailedNetworkReconcile', all),
    isWhole: all.length === 0,
  }
}

const problemsOf = (
  binding: TargetGroupBinding,
  reason: BindingProblem['reason'],
  faults: readonly string[],
): NodeRulesPlan['problems'] => faults.map((message) => ({ binding: nameOf(binding), reason, message }))

/** The merged rules of each security group. */
const byGroup = (rules: readonly GroupRule[]): ReadonlyMap<string, readonly PortRange[]> => {
  const ranges = Map.groupBy(rules, ({ group }) => group)
  return new Map([...ranges].map(([group, of]) => [group, merged(of.map(({ range }) => range))]))
}

const isOfCluster = (tags: Readonly<Record<string, string>>, clusterName: string): boolean =>
  ['owned', 'shared'].includes(tags[clusterTag(clusterName)] ?? '')

/** One range for each protocol and source group, and every range of an IP block once, in a fixed order. */
const merged = (ranges: readonly PortRange[]): readonly PortRange[] => {
  const found = new Map<string, PortRange>()
  for (const range of ranges) {
    const { protocol, source, fromPort, toPort } = range
    const key = source.is === 'group' ? JSON.stringify([protocol, source]) : ruleKey(range)
    const other = found.get(key)
    found.set(
      key,
      other === undefined
        ? range
        : { ...range, fromPort: Math.min(fromPort, other.fromPort), toPort: Math.max(toPort, other.toPort) },
    )
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, range]) => range)
}

const authorizeStep = (group: ObservedSecurityGroup, desired: readonly PortRange[]): readonly Step[] => {
  const found = new Set(group.inbound.map(ruleKey))
  const rules = desired
    .filter((range) => !found.has(ruleKey(range)))
    .map((range): SecurityGroupRule => ({ ...range, description: nodeRuleDescription }))
  return rules.length === 0
    ? []
    : [{ ...stepOn(group, 'authorize-ingress'), phase: 'make', is: 'authorize-ingress', rules }]
}

const revokeStep = (group: ObservedSecurityGroup, desired: readonly PortRange[]): readonly Step[] => {
  const wanted = new Set(desired.map(ruleKey))
  const rules = group.inbound
    .filter((rule) => rule.description === nodeRuleDescription && !wanted.has(ruleKey(rule)))
    .toSorted((a, b) => (ruleKey(a) < ruleKey(b) ? -1 : 1))
  return rules.length === 0
    ? []
    : [{ ...stepOn(group, 'revoke-ingress'), phase: 'remove', is: 'revoke-ingress', rules }]
}

const stepOn = ({ id }: ObservedSecurityGroup, action: string) =>
  ({ id: `security/${action}/${id}`, lane: 'security', group: '', because: [], securityGroup: { arn: id } }) as const

/** What makes two rules the same to EC2; the description does not count. */
const ruleKey = ({ protocol, fromPort, toPort, source }: PortRange): string =>
  JSON.stringify([protocol, source.is, sourceText(source), fromPort, toPort])

const sourceText = (source: SecurityGroupRule['source']): string => {
  switch (source.is) {
    case 'group':
      return source.groupId
    case 'cidr':
      return source.cidr
    case 'prefix-list':
      return source.id
    default:
      return source satisfies never
  }
}
