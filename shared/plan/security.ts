import { nameOf, type NamespacedName, type Node, type Service, type TargetGroupBinding } from '../kubernetes/objects.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../model/observed.ts'
import { bindingPort } from './binding-port.ts'
import { bindingRules, type PortRange } from './binding-rules.ts'
import type { BindingProblem } from './bindings.ts'
import { nodeTargets } from './node-targets.ts'
import type { Step } from './step.ts'

/** The description of rules that are ours on the groups of nodes; only rules with it are ever revoked. */
export const nodeRuleDescription = 'elbv2.k8s.aws/targetGroupBinding=shared'

/** All that the rules on the security groups of nodes are computed from. */
export interface NodeRulesWorld {
  /** Every binding that we reconcile; those without `spec.networking` want no rules. */
  readonly bindings: readonly TargetGroupBinding[]
  readonly service: (namespace: string, name: string) => Service | undefined
  readonly nodes: readonly Node[]
  /** By instance id, the security groups of the network interface with device index 0. */
  readonly groupsOfInstance: ReadonlyMap<string, readonly string[]>
  /** The groups of the instances, those tagged for the cluster, and those in `given`, as far as they exist. */
  readonly observed: readonly ObservedSecurityGroup[]
  readonly clusterName: string
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
 * The steps that let the sources of all bindings reach the nodes. Of each group of nodes, protocol and source group there
 * is one rule, from the lowest to the highest port that any binding needs; IP blocks keep a rule for each port.
 */
export const planNodeRules = (world: NodeRulesWorld): NodeRulesPlan => {
  const asked = world.bindings
    .filter(({ spec }) => spec.networking !== undefined)
    .map((binding) => askedBy(binding, world))
  const wanting = asked.filter(({ rules }) => rules.length > 0)
  const nodes = wanting.length === 0 ? { groups: [], faults: [] } : groupsOfNodes(world)
  const desired = merged(wanting.flatMap(({ rules }) => rules))
  const complete = asked.every(({ isWhole }) => isWhole) && nodes.faults.length === 0
  const endpoints = new Set(desired.length === 0 ? [] : nodes.groups)
  const collected = world.observed.filter(
    ({ id, tags }) => endpoints.has(id) || world.given.has(id) || isOfCluster(tags, world.clusterName),
  )
  const sorted = collected.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    steps: [
      ...sorted.filter(({ id }) => endpoints.has(id)).flatMap((group) => authorizeStep(group, desired)),
      ...(complete ? sorted.flatMap((group) => revokeStep(group, endpoints.has(group.id) ? desired : [])) : []),
    ],
    problems: [
      ...asked.flatMap(({ binding, faults }) => problemsOf(binding, faults)),
      ...wanting.flatMap(({ binding }) => problemsOf(binding, nodes.faults)),
    ],
    given: [...new Set([...endpoints, ...world.given])].toSorted(),
    complete,
  }
}

interface Asked {
  readonly binding: TargetGroupBinding
  readonly rules: readonly PortRange[]
  readonly faults: readonly string[]
  /** The rules are all that the binding wants. */
  readonly isWhole: boolean
}

const askedBy = (binding: TargetGroupBinding, { service }: NodeRulesWorld): Asked => {
  // Rules of IP targets stand on groups of Pods, which are not computed; the binding lane tells that.
  if (binding.spec.targetType !== 'instance') return { binding, rules: [], faults: [], isWhole: false }
  const port = bindingPort(binding, service(binding.namespace, binding.spec.serviceRef.name))
  if (port.is === 'missing') return { binding, rules: [], faults: [], isWhole: true }
  const { rules, faults } = bindingRules(binding)
  return { binding, rules, faults, isWhole: faults.length === 0 }
}

const problemsOf = (binding: TargetGroupBinding, faults: readonly string[]): NodeRulesPlan['problems'] =>
  faults.map((message) => ({ binding: nameOf(binding), reason: 'FailedReconcile', message }))

/** The one group of each node that takes the rules, or why there is none. */
const groupsOfNodes = (
  world: NodeRulesWorld,
): { readonly groups: readonly string[]; readonly faults: readonly string[] } => {
  const tagged = new Set(
    world.observed.filter(({ tags }) => Object.hasOwn(tags, clusterTag(world.clusterName))).map(({ id }) => id),
  )
  const known = new Set(world.observed.map(({ id }) => id))
  const groups = new Set<string>()
  const faults: string[] = []
  for (const id of nodeTargets(world.nodes).instanceIds) {
    const all = world.groupsOfInstance.get(id)
    const candidates = all === undefined || all.length === 1 ? (all ?? []) : all.filter((group) => tagged.has(group))
    const [only, second] = candidates
    if (only !== undefined && second === undefined && known.has(only)) groups.add(only)
    else if (only !== undefined && second === undefined)
      faults.push(`security group ${only} of instance ${id} is not there`)
    else if (all === undefined) faults.push(`EC2 tells no security group of instance ${id}`)
    else
      faults.push(
        `of the security groups of instance ${id} exactly one must be tagged ${clusterTag(world.clusterName)}: ${all.toSorted().join(', ')}`,
      )
  }
  const [first, ...more] = faults
  const told = more.length === 0 || first === undefined ? faults : [`${first}, and ${more.length} more instances alike`]
  return { groups: [...groups], faults: told }
}

const clusterTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`

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
