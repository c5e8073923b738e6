import type { Flags } from '../ingress/flags.ts'
import type { BackendShare, Contribution, RuleShare } from '../model/contribution.ts'
import type {
  Action,
  DesiredListener,
  DesiredRule,
  DesiredStack,
  DesiredTargetGroup,
  GroupKey,
  Known,
  Scheme,
  Tags,
} from '../model/model.ts'
import { groupId } from '../names/group-id.ts'
import { loadBalancerName, managedSecurityGroupName, targetGroupName } from '../names/names.ts'
import { groupLabels, groupTags, resourceIds } from '../names/tags.ts'
import { effectiveOrder } from '../features/rules/order.ts'

/** The answer of a listener for a request that no rule takes. */
const notFound: Action = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' }

/**
 * The desired stack of a group from what its members bring, in group order. Nothing is judged here: what cannot be
 * built never becomes a contribution.
 */
export const buildStack = (
  group: GroupKey,
  contributions: readonly Contribution[],
  { scheme, subnets }: { readonly scheme: Scheme; readonly subnets: Known<readonly string[]> },
  flags: Flags,
): DesiredStack => {
  const naming = { cluster: flags.clusterName, group: groupId(group) }
  const memberTags = mergedTags(contributions)
  return {
    loadBalancer: {
      name: loadBalancerName({ ...naming, scheme }),
      scheme,
      ipAddressType: 'ipv4',
      subnets,
      tags: tagsOf(group, flags, resourceIds.loadBalancer, memberTags),
    },
    securityGroup: {
      name: managedSecurityGroupName(naming),
      description: '[k8s] Managed SecurityGroup for LoadBalancer',
      inbound: portsOf(contributions).map((port) => ({ port, cidr: '0.0.0.0/0' })),
      tags: tagsOf(group, flags, resourceIds.managedSecurityGroup, memberTags),
    },
    listeners: portsOf(contributions).map((port) => listenerOf(group, port, contributions, flags)),
    targetGroups: contributions.flatMap((contribution) =>
      contribution.backends.map((backend) => targetGroupOf(group, contribution.member, backend, flags)),
    ),
  }
}

const mergedTags = (contributions: readonly Contribution[]): Tags =>
  contributions.reduce<Tags>((merged, { tags }) => ({ ...merged, ...tags }), {})

/** User tags, default tags above them, ours above all. */
const tagsOf = (group: GroupKey, flags: Flags, resource: string, userTags: Tags): Tags => ({
  ...userTags,
  ...flags.defaultTags,
  ...groupTags(flags.clusterName, groupId(group), resource),
})

const portsOf = (contributions: readonly Contribution[]): readonly number[] =>
  [...new Set(contributions.flatMap(({ ports }) => ports.map(({ port }) => port)))].sort((a, b) => a - b)

const listenerOf = (
  group: GroupKey,
  port: number,
  contributions: readonly Contribution[],
  flags: Flags,
): DesiredListener => {
  const here = contributions.filter(({ ports }) => ports.some((share) => share.port === port))
  return {
    port,
    protocol: 'HTTP',
    defaultAction: here.find(({ defaultAction }) => defaultAction !== undefined)?.defaultAction ?? notFound,
    rules: rulesOf(group, here, flags),
    tags: tagsOf(group, flags, resourceIds.listener(port), mergedTags(here)),
  }
}

/** The rules of one listener in effective order. */
const rulesOf = (group: GroupKey, contributions: readonly Contribution[], flags: Flags): readonly DesiredRule[] =>
  effectiveOrder(declaredRules(contributions)).rules.map(({ member, share, tags }): DesiredRule => ({
    member,
    conditions: share.conditions,
    action: share.action,
    // The resource id of a rule follows its priority, so the planner sets it.
    tags: withoutResource(tagsOf(group, flags, '', tags)),
  }))

/** A rule with its member, as the order of rules looks at it. */
export interface DeclaredRule extends RuleShare {
  readonly member: string
  readonly share: RuleShare
  readonly tags: Tags
}

/** The rules of members in group order, each member's in its declared order. */
export const declaredRules = (contributions: readonly Contribution[]): readonly DeclaredRule[] =>
  contributions.flatMap(({ member, rules, tags }) => rules.map((share) => ({ ...share, member, share, tags })))

const withoutResource = (tags: Tags): Tags => {
  const { 'ingress.k8s.aws/resource': _resource, ...rest } = tags
  return rest
}

const targetGroupOf = (group: GroupKey, member: string, backend: BackendShare, flags: Flags): DesiredTargetGroup => {
  const id = groupId(group)
  const [namespace = '', name = ''] = member.split('/')
  const generated = targetGroupName({
    cluster: flags.clusterName,
    group: id,
    ingress: { namespace, name },
    service: { namespace: backend.namespace, name: backend.service, uid: backend.serviceUid },
    servicePort: String(backend.port),
    port: backend.nodePort,
    targetType: backend.targetType,
    protocol: backend.protocol,
    protocolVersion: backend.protocolVersion,
  })
  const probed = /^[0-9]+$/.test(backend.healthCheck.port) ? [Number(backend.healthCheck.port)] : []
  return {
    resourceId: backend.resourceId,
    name: generated,
    member,
    targetType: backend.targetType,
    protocol: backend.protocol,
    protocolVersion: backend.protocolVersion,
    ipAddressType: 'ipv4',
    port: backend.nodePort,
    healthCheck: backend.healthCheck,
    tags: tagsOf(group, flags, backend.resourceId, backend.tags),
    binding: {
      namespace: backend.namespace,
      name: generated,
      service: backend.service,
      port: backend.port,
      nodePorts: [...new Set([backend.nodePort, ...probed])],
      labels: groupLabels(id),
    },
  }
}
