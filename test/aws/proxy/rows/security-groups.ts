import type { Row } from '../context.ts'
import { type FlatPermission, readInterfacesOf, readPrefixLists, readSecurityGroups } from '../ec2-reads.ts'
import { type Refusal, refuse } from '../errors.ts'
import { samePermission, wantedPermissions } from '../permissions.ts'
import { text } from '../request.ts'

const changes = ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress']

/** Rows about security groups and subnets (EC2). */
export const securityGroupRows: readonly Row[] = [
  {
    row: 28,
    refuses:
      'a group name that begins with "sg-", a name or description over 255 characters or with characters that EC2 does not take',
    actions: ['CreateSecurityGroup'],
    judge: ({ request }) => {
      const name = text(request.input, 'GroupName') ?? ''
      const description = text(request.input, 'GroupDescription') ?? ''
      if (name.startsWith('sg-')) return invalid(name, 'groupName', 'Group names may not be in the format sg-*')
      if (!isPlain(name))
        return invalid(name, 'groupName', 'Character sets beyond ASCII, or a length over 255, are not supported')
      return isPlain(description)
        ? undefined
        : invalid(
            description,
            'groupDescription',
            'Character sets beyond ASCII, or a length over 255, are not supported',
          )
    },
  },
  {
    row: 28,
    refuses: 'an unknown group; a permission without source; ports out of range; a description that EC2 does not take',
    actions: changes,
    judge: async (context) => {
      const { input } = context.request
      const id = text(input, 'GroupId') ?? ''
      const groups = await readSecurityGroups(context)
      if (!groups.some((group) => group.id === id)) return groupNotFound(id)
      const wanted = wantedPermissions(input)
      const stranger = wanted.find(
        ({ kind, source }) => kind === 'Groups' && !groups.some((group) => group.id === source),
      )
      if (stranger !== undefined) return groupNotFound(stranger.source)
      const lists = wanted.filter(({ kind }) => kind === 'PrefixListIds')
      const known = lists.length === 0 ? [] : await readPrefixLists(context)
      const unknown = lists.find(({ source }) => !known.some(({ id: knownId }) => knownId === source))
      if (unknown !== undefined)
        return refuse('InvalidPrefixListID.NotFound', `The prefix list ID '${unknown.source}' does not exist`)
      const badPorts = wanted.find(
        ({ protocol, from, to }) =>
          ['tcp', 'udp'].includes(protocol) &&
          !(Number(from) >= 0 && Number(from) <= Number(to) && Number(to) <= 65_535 && from !== ''),
      )
      if (badPorts !== undefined)
        return refuse('InvalidParameterValue', `Invalid value for portRange: ${badPorts.from}-${badPorts.to}`)
      const badCidr = wanted.find(
        ({ kind, source }) => kind === 'IpRanges' && !/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(source),
      )
      if (badCidr !== undefined) return refuse('InvalidParameterValue', `CIDR block ${badCidr.source} is malformed`)
      const badText = wanted.find(({ description }) => !isPlain(description))
      return badText === undefined
        ? undefined
        : refuse('InvalidParameterValue', `Invalid rule description: ${badText.description}`)
    },
  },
  {
    row: 28,
    refuses: 'a rule that is there already, or twice in one call; none of the call is done',
    actions: ['AuthorizeSecurityGroupIngress'],
    judge: async (context) => {
      const id = text(context.request.input, 'GroupId')
      const group = (await readSecurityGroups(context)).find((other) => other.id === id)
      const wanted = wantedPermissions(context.request.input)
      const twice = wanted.find(
        (permission, index) => wanted.findIndex((other) => samePermission(permission, other)) !== index,
      )
      if (twice !== undefined)
        return refuse('InvalidParameterValue', 'The same permission must not appear multiple times')
      const known = wanted.find((permission) => group?.inbound.some((other) => samePermission(permission, other)))
      return known === undefined
        ? undefined
        : refuse('InvalidPermission.Duplicate', `the specified rule "${describe(known)}" already exists`)
    },
  },
  {
    row: 28,
    refuses: 'the revocation of a rule that is not there; none of the call is done',
    actions: ['RevokeSecurityGroupIngress'],
    judge: async (context) => {
      const id = text(context.request.input, 'GroupId')
      const group = (await readSecurityGroups(context)).find((other) => other.id === id)
      const unknown = wantedPermissions(context.request.input).find(
        (permission) => !group?.inbound.some((other) => samePermission(permission, other)),
      )
      return unknown === undefined
        ? undefined
        : refuse(
            'InvalidPermission.NotFound',
            `The specified rule "${describe(unknown)}" does not exist in this security group.`,
          )
    },
  },
  {
    row: 30,
    refuses:
      'more inbound rules of one address family than the quota, in which a prefix list counts with its most entries',
    actions: ['AuthorizeSecurityGroupIngress'],
    judge: async (context) => {
      const id = text(context.request.input, 'GroupId')
      const group = (await readSecurityGroups(context)).find((other) => other.id === id)
      const after = [...(group?.inbound ?? []), ...wantedPermissions(context.request.input)]
      const lists = after.some(({ kind }) => kind === 'PrefixListIds') ? await readPrefixLists(context) : []
      const weight = ({ kind, source }: FlatPermission, family: 'IPv4' | 'IPv6') => {
        const list = lists.find(({ id: known }) => known === source)
        if (kind === 'PrefixListIds') return list === undefined || list.family === family ? (list?.maxEntries ?? 1) : 0
        return kind === 'Groups' || (kind === 'IpRanges') === (family === 'IPv4') ? 1 : 0
      }
      const [ipv4 = 0, ipv6 = 0] = (['IPv4', 'IPv6'] as const).map((family) =>
        after.reduce((sum, permission) => sum + weight(permission, family), 0),
      )
      return Math.max(ipv4, ipv6) > context.settings.quotas.rulesPerSecurityGroup
        ? refuse(
            'RulesPerSecurityGroupLimitExceeded',
            'The maximum number of rules per security group has been reached.',
          )
        : undefined
    },
  },
  {
    row: 27,
    refuses:
      'the deletion of a security group that a load balancer, a network interface or a rule of another group uses, or that a deleted load balancer used until some seconds ago',
    actions: ['DeleteSecurityGroup'],
    judge: async (context) => {
      const id = text(context.request.input, 'GroupId') ?? ''
      const groups = await readSecurityGroups(context)
      const users = context.world.loadBalancers.some((loadBalancer) => loadBalancer.securityGroups.includes(id))
      const references = groups.some(
        (group) =>
          group.id !== id &&
          [...group.inbound, ...group.outbound].some(({ kind, source }) => kind === 'Groups' && source === id),
      )
      const held = (context.own.securityGroupsHeldUntil.get(id) ?? 0) > context.now
      return users || references || held || (await readInterfacesOf(context, id)).length > 0
        ? refuse('DependencyViolation', `resource ${id} has a dependent object`)
        : undefined
    },
  },
  {
    row: 27,
    refuses: 'the deletion of a subnet that a load balancer uses',
    actions: ['DeleteSubnet'],
    judge: ({ request, world }) => {
      const id = text(request.input, 'SubnetId') ?? ''
      return world.loadBalancers.some(({ subnets }) => subnets.some((subnet) => subnet.id === id))
        ? refuse('DependencyViolation', `The subnet '${id}' has dependencies and cannot be deleted.`)
        : undefined
    },
  },
]

function groupNotFound(id: string): Refusal {
  return refuse('InvalidGroup.NotFound', `The security group '${id}' does not exist`)
}

function invalid(value: string, parameter: string, why: string): Refusal {
  return refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`)
}

/** The characters that EC2 takes in names and descriptions of groups, and in descriptions of rules. */
function isPlain(value: string): boolean {
  return /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(value)
}

function describe({ kind, source, protocol, from, to }: FlatPermission): string {
  return `${kind === 'IpRanges' || kind === 'Ipv6Ranges' ? 'peer' : 'group'}: ${source}, ${protocol}, from port: ${from}, to port: ${to}, ALLOW`
}
