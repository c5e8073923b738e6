import type { Flags } from '../ingress/flags.ts'
import type { BackendShare, Contribution, RuleShare } from '../model/contribution.ts'
import type {
  Action,
  Attributes,
  DesiredListener,
  DesiredRule,
  DesiredSecurityGroup,
  DesiredStack,
  DesiredTargetGroup,
  GroupKey,
  Known,
  ListenerTls,
  Scheme,
  Tags,
} from '../model/model.ts'
import { ipAddressTypeOf, isDualStack } from './address-type.ts'
import { groupId } from '../names/group-id.ts'
import { loadBalancerName, managedSecurityGroupName, targetGroupName } from '../names/names.ts'
import { groupLabels, groupTags, resourceIds } from '../names/tags.ts'
import { effectiveOrder } from '../features/rules/order.ts'

/** The answer of a listener for a request that no rule takes. */
const notFound: Action = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' }

/** What the load balancer as a whole gets of AWS; `securityGroups` are the ids of named groups, absent without any. */
export interface NetworkFacts {
  readonly scheme: Scheme
  readonly subnets: Known<readonly string[]>
  readonly securityGroups: Known<readonly string[]> | undefined
}

/**
 * The desired stack of a group from what its members bring, in group order. Nothing is judged here: what cannot be
 * built never becomes a contribution.
 */
export const buildStack = (
  group: GroupKey,
  contributions: readonly Contribution[],
  { scheme, subnets, securityGroups }: NetworkFacts,
  flags: Flags,
): DesiredStack => {
  const naming = { cluster: flags.clusterName, group: groupId(group) }
  const memberTags = mergedTags(contributions)
  return {
    loadBalancer: {
      name: claimedName(contributions) ?? loadBalancerName({ ...naming, scheme }),
      scheme,
      ipAddressType: ipAddressTypeOf(contributions),
      subnets,
      attributes: mergedAttributes(contributions),
      tags: tagsOf(group, flags, resourceIds.loadBalancer, memberTags),
    },
    securityGroups:
      securityGroups === undefined
        ? {
            is: 'managed',
            backend: flags.enableBackendSecurityGroup,
            frontend: frontendOf(group, contributions, flags),
          }
        : { is: 'named', backend: managesRules(contributions, flags), ids: securityGroups },
    listeners: portsOf(contributions).map((port) => listenerOf(group, port, contributions, flags)),
    targetGroups: contributions.flatMap((contribution) =>
      contribution.backends.map((backend) => targetGroupOf(group, contribution.member, backend, flags)),
    ),
  }
}

const claimedName = (contributions: readonly Contribution[]): string | undefined =>
  contributions.find(({ group }) => group.loadBalancerName !== undefined)?.group.loadBalancerName

const frontendOf = (group: GroupKey, contributions: readonly Contribution[], flags: Flags): DesiredSecurityGroup => ({
  name: managedSecurityGroupName({ cluster: flags.clusterName, group: groupId(group) }),
  description: '[k8s] Managed SecurityGroup for LoadBalancer',
  inbound: portsOf(contributions).flatMap((port) => blocksOf(port, contributions).map((cidr) => ({ port, cidr }))),
  tags: tagsOf(group, flags, resourceIds.managedSecurityGroup, mergedTags(contributions)),
})

/** Whether the load balancer of members that bring this carries the backend security group. */
export const carriesBackendGroup = (contributions: readonly Contribution[], flags: Flags): boolean =>
  contributions.some(({ group }) => group.securityGroups !== undefined)
    ? managesRules(contributions, flags)
    : flags.enableBackendSecurityGroup

const managesRules = (contributions: readonly Contribution[], flags: Flags): boolean => {
  const claims = contributions.flatMap(({ group }) => group.manageBackendRules ?? [])
  return flags.enableBackendSecurityGroup && (claims[0] ?? flags.manageBackendSecurityGroupRules)
}

/** Who may connect to a port: what a member that listens there set, else everybody. */
const blocksOf = (port: number, contributions: readonly Contribution[]): readonly string[] =>
  contributions.flatMap(({ ports }) => ports).find((share) => share.port === port && share.inboundCidrs !== undefined)
    ?.inboundCidrs ?? (isDualStack(ipAddressTypeOf(contributions)) ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'])

const mergedAttributes = (contributions: readonly Contribution[]): Attributes =>
  contributions.reduce<Attributes>((merged, { group }) => ({ ...merged, ...group.attributes }), {})

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
  const tags = tagsOf(group, flags, resourceIds.listener(port), mergedTags(here))
  const tls = tlsOf(port, here, flags)
  const redirect = redirectOf(contributions)
  if (tls === undefined && redirect !== undefined)
    return { port, protocol: 'HTTP', defaultAction: redirect, rules: [], tags }
  return {
    port,
    protocol: tls === undefined ? 'HTTP' : 'HTTPS',
    ...(tls === undefined ? {} : { tls }),
    defaultAction: here.find(({ defaultAction }) => defaultAction !== undefined)?.defaultAction ?? notFound,
    rules: rulesOf(group, here, flags),
    tags,
  }
}

/** Certificates of an HTTPS port in member order, each once; the first is the default. Undefined for an HTTP port. */
const tlsOf = (port: number, members: readonly Contribution[], flags: Flags): ListenerTls | undefined => {
  const shares = members.flatMap(({ ports }) =>
    ports.flatMap((share) => (share.port === port && share.protocol === 'HTTPS' ? [share] : [])),
  )
  const certificates = [...new Set(shares.flatMap(({ certificateArns }) => certificateArns))]
  const [defaultCertificate] = certificates
  if (defaultCertificate === undefined) return undefined
  const sslPolicy = shares.find((share) => share.sslPolicy !== undefined)?.sslPolicy ?? flags.defaultSslPolicy
  return { defaultCertificate, certificates, sslPolicy }
}

/** What every HTTP listener answers while a member asks for it and the HTTPS listener to redirect to is there. */
const redirectOf = (contributions: readonly Contribution[]): Action | undefined => {
  const wanted = contributions.find(({ group }) => group.sslRedirect !== undefined)?.group.sslRedirect
  const listens = contributions.some(({ ports }) =>
    ports.some(({ port, protocol }) => port === wanted && protocol === 'HTTPS'),
  )
  return wanted !== undefined && listens
    ? { is: 'redirect', protocol: 'HTTPS', port: String(wanted), statusCode: 'HTTP_301' }
    : undefined
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
export const declaredRules = (
  contributions: readonly Pick<Contribution, 'member' | 'rules' | 'tags'>[],
): readonly DeclaredRule[] =>
  contributions.flatMap(({ member, rules, tags }) => rules.map((share) => ({ ...share, member, share, tags })))

const withoutResource = (tags: Tags): Tags => {
  const { 'ingress.k8s.aws/resource': _resource, ...rest } = tags
  return rest
}

const targetGroupOf = (group: GroupKey, member: string, backend: BackendShare, flags: Flags): DesiredTargetGroup => {
  const id = groupId(group)
  const [namespace = '', name = ''] = member.split('/')
  // A target group by IP needs a number; targets carry their own.
  const port = typeof backend.targetPort === 'number' ? backend.targetPort : 1
  const naming = {
    cluster: flags.clusterName,
    group: id,
    ingress: { namespace, name },
    service: { namespace: backend.namespace, name: backend.service, uid: backend.serviceUid },
    servicePort: String(backend.port),
    port,
    targetType: backend.targetType,
    protocol: backend.protocol,
    protocolVersion: backend.protocolVersion,
  }
  const generated = targetGroupName(naming)
  const probed = /^[0-9]+$/.test(backend.healthCheck.port) ? [Number(backend.healthCheck.port)] : []
  return {
    resourceId: backend.resourceId,
    name: generated,
    nameOn: {
      internal: targetGroupName({ ...naming, scheme: 'internal' }),
      'internet-facing': targetGroupName({ ...naming, scheme: 'internet-facing' }),
    },
    nameOfFamily: targetGroupName({ ...naming, ipAddressType: backend.ipAddressType ?? 'ipv4' }),
    member,
    targetType: backend.targetType,
    protocol: backend.protocol,
    protocolVersion: backend.protocolVersion,
    ipAddressType: backend.ipAddressType ?? 'ipv4',
    port,
    healthCheck: backend.healthCheck,
    attributes: backend.attributes ?? {},
    tags: tagsOf(group, flags, backend.resourceId, backend.tags),
    binding: {
      namespace: backend.namespace,
      name: generated,
      service: backend.service,
      port: backend.port,
      targetPorts: [...new Set([backend.targetPort, ...probed])],
      labels: groupLabels(id),
    },
  }
}
