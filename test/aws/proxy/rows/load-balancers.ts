import type { Context, Row } from '../context.ts'
import { hasInternetGateway, readSecurityGroups, readSubnets } from '../ec2-reads.ts'
import { type Refusal, refuse } from '../errors.ts'
import { list, text, texts } from '../request.ts'
import { attributeFault, loadBalancerAttributes, loadBalancerConflict, wantedAttributes } from '../attributes.ts'

const schemes = ['internal', 'internet-facing']
const ipAddressTypes = ['ipv4', 'dualstack', 'dualstack-without-public-ipv4']

/** Rows about load balancers. */
export const loadBalancerRows: readonly Row[] = [
  {
    row: 1,
    refuses:
      'a name over 32 characters, with other characters than letters, digits and hyphens, with a hyphen at an edge, or that begins with "internal-"',
    actions: ['CreateLoadBalancer'],
    judge: ({ request }) => {
      const name = text(request.input, 'Name') ?? ''
      if (!/^[A-Za-z0-9-]{1,32}$/.test(name) || name.startsWith('-') || name.endsWith('-'))
        return refuse(
          'ValidationError',
          `The load balancer name '${name}' must have 1 to 32 letters, digits or hyphens, and no hyphen at its ends`,
        )
      return name.startsWith('internal-')
        ? refuse('ValidationError', `The load balancer name '${name}' cannot begin with 'internal-'`)
        : undefined
    },
  },
  {
    row: 7,
    refuses: 'a scheme, IP address type or attribute value out of its set; an attribute that does not exist',
    actions: ['CreateLoadBalancer', 'SetIpAddressType', 'ModifyLoadBalancerAttributes'],
    judge: ({ request, own }) => {
      const scheme = text(request.input, 'Scheme')
      if (scheme !== undefined && !schemes.includes(scheme))
        return refuse('InvalidScheme', `The scheme '${scheme}' is not valid`)
      const ipAddressType = text(request.input, 'IpAddressType')
      if (ipAddressType !== undefined && !ipAddressTypes.includes(ipAddressType))
        return refuse(
          'ValidationError',
          `Value '${ipAddressType}' at 'ipAddressType' must be one of ${ipAddressTypes.join(', ')}`,
        )
      const wanted = list(request.input, 'Attributes')
      const before = own.attributesOf(text(request.input, 'LoadBalancerArn') ?? '')
      return (
        attributeFault('Load balancer', loadBalancerAttributes, wanted) ??
        loadBalancerConflict(new Map([...before, ...wantedAttributes(wanted)]))
      )
    },
  },
  {
    row: 4,
    refuses: 'an unknown subnet, or one with fewer than 8 free addresses',
    actions: ['CreateLoadBalancer', 'SetSubnets'],
    judge: async (context) => {
      const ids = wantedSubnets(context)
      const subnets = ids.length === 0 ? [] : await readSubnets(context, ids)
      const unknown = ids.find((id) => !subnets.some((subnet) => subnet.id === id))
      if (unknown !== undefined) return refuse('SubnetNotFound', `The subnet '${unknown}' does not exist`)
      const present = context.world.loadBalancer(text(context.request.input, 'LoadBalancerArn') ?? '')?.subnets ?? []
      const full = subnets.find(
        ({ id, freeAddresses }) => freeAddresses < 8 && !present.some((subnet) => subnet.id === id),
      )
      return full === undefined
        ? undefined
        : refuse(
            'InvalidSubnet',
            `Not enough IP space available in ${full.id}. ELB requires at least 8 free IP addresses in each subnet.`,
          )
    },
  },
  {
    row: 3,
    refuses: 'fewer than two subnets, two in one zone, or subnets of two VPCs',
    actions: ['CreateLoadBalancer', 'SetSubnets'],
    judge: async (context) => {
      const ids = wantedSubnets(context)
      if (ids.length < 2)
        return refuse('ValidationError', 'At least two subnets in two different Availability Zones must be specified')
      const subnets = await readSubnets(context, ids)
      if (new Set(subnets.map(({ zone }) => zone)).size < ids.length)
        return refuse(
          'InvalidConfigurationRequest',
          'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
        )
      const vpcs = new Set(subnets.map(({ vpcId }) => vpcId))
      const own = context.world.loadBalancer(text(context.request.input, 'LoadBalancerArn') ?? '')?.vpcId
      return vpcs.size > 1 || (own !== undefined && !vpcs.has(own))
        ? refuse('InvalidConfigurationRequest', 'All subnets must belong to the same VPC')
        : undefined
    },
  },
  {
    row: 5,
    refuses: 'an internet-facing load balancer in a VPC without an internet gateway',
    actions: ['CreateLoadBalancer'],
    judge: async (context) => {
      if (!context.settings.requireInternetGateway) return undefined
      if ((text(context.request.input, 'Scheme') ?? 'internet-facing') !== 'internet-facing') return undefined
      const vpcId = (await readSubnets(context, wantedSubnets(context)))[0]?.vpcId ?? ''
      return (await hasInternetGateway(context, vpcId))
        ? undefined
        : refuse('InvalidSubnet', `VPC ${vpcId} has no internet gateway`)
    },
  },
  {
    row: 30,
    refuses: 'more security groups than the quota',
    actions: ['CreateLoadBalancer', 'SetSecurityGroups'],
    judge: ({ request, settings }) =>
      texts(request.input, 'SecurityGroups').length > settings.quotas.securityGroupsPerLoadBalancer
        ? refuse(
            'SecurityGroupsPerInterfaceLimitExceeded',
            `The maximum number of security groups is ${settings.quotas.securityGroupsPerLoadBalancer}`,
          )
        : undefined,
  },
  {
    row: 6,
    refuses: 'an unknown security group, or one of another VPC',
    actions: ['CreateLoadBalancer', 'SetSecurityGroups'],
    judge: async (context) => {
      const ids = texts(context.request.input, 'SecurityGroups')
      if (ids.length === 0)
        return context.request.action === 'SetSecurityGroups'
          ? refuse('ValidationError', 'At least one security group must be specified')
          : undefined
      const groups = await readSecurityGroups(context)
      const unknown = ids.find((id) => !groups.some((group) => group.id === id))
      if (unknown !== undefined)
        return refuse('InvalidSecurityGroup', `One or more security groups are invalid: ${unknown}`)
      const vpcId =
        context.world.loadBalancer(text(context.request.input, 'LoadBalancerArn') ?? '')?.vpcId ??
        (await readSubnets(context, wantedSubnets(context)))[0]?.vpcId
      const stranger = groups.find((group) => ids.includes(group.id) && group.vpcId !== vpcId)
      return stranger === undefined
        ? undefined
        : refuse('InvalidConfigurationRequest', `The security group '${stranger.id}' does not belong to VPC '${vpcId}'`)
    },
  },
  {
    row: 7,
    refuses: 'an internal load balancer without public IPv4 addresses, which are those of an internet-facing one',
    actions: ['CreateLoadBalancer', 'SetIpAddressType'],
    judge: ({ request, world }) => {
      const scheme =
        world.loadBalancer(text(request.input, 'LoadBalancerArn') ?? '')?.scheme ?? text(request.input, 'Scheme')
      return text(request.input, 'IpAddressType') === 'dualstack-without-public-ipv4' && scheme === 'internal'
        ? refuse(
            'InvalidConfigurationRequest',
            "The IP address type 'dualstack-without-public-ipv4' is not supported for internal load balancers",
          )
        : undefined
    },
  },
  {
    row: 7,
    refuses: 'dual stack on subnets without IPv6',
    actions: ['CreateLoadBalancer', 'SetIpAddressType', 'SetSubnets'],
    judge: async (context) => {
      const loadBalancer = context.world.loadBalancer(text(context.request.input, 'LoadBalancerArn') ?? '')
      const ipAddressType = text(context.request.input, 'IpAddressType') ?? loadBalancer?.ipAddressType ?? 'ipv4'
      if (!ipAddressType.startsWith('dualstack')) return undefined
      const wanted = wantedSubnets(context)
      const ids = wanted.length > 0 ? wanted : (loadBalancer?.subnets.map(({ id }) => id) ?? [])
      const bare = (await readSubnets(context, ids)).find(({ hasIpv6 }) => !hasIpv6)
      return bare === undefined ? undefined : refuse('InvalidSubnet', `The subnet '${bare.id}' has no IPv6 CIDR block`)
    },
  },
  {
    row: 2,
    refuses: 'a name that a load balancer with other settings has',
    actions: ['CreateLoadBalancer'],
    judge: (context) => {
      const name = text(context.request.input, 'Name')
      const known = context.world.loadBalancers.find((loadBalancer) => loadBalancer.name === name)
      return known === undefined || equalLoadBalancer(context) !== undefined
        ? undefined
        : refuse('DuplicateLoadBalancerName', 'A load balancer with the same name and different settings exists')
    },
  },
  {
    row: 30,
    refuses: 'more load balancers than the quota',
    actions: ['CreateLoadBalancer'],
    judge: (context) =>
      equalLoadBalancer(context) === undefined &&
      context.world.loadBalancers.length >= context.settings.quotas.loadBalancers
        ? refuse(
            'TooManyLoadBalancers',
            `The maximum number of load balancers has been reached: ${context.settings.quotas.loadBalancers}`,
          )
        : undefined,
  },
  {
    row: 32,
    refuses: 'an unknown load balancer',
    actions: [
      'SetSubnets',
      'SetSecurityGroups',
      'SetIpAddressType',
      'ModifyLoadBalancerAttributes',
      'DescribeLoadBalancerAttributes',
      'CreateListener',
    ],
    judge: ({ request, world }) => {
      const arn = text(request.input, 'LoadBalancerArn') ?? ''
      return world.loadBalancer(arn) === undefined ? loadBalancerNotFound(arn) : undefined
    },
  },
  {
    row: 8,
    refuses: 'the deletion of a load balancer that is protected',
    actions: ['DeleteLoadBalancer'],
    judge: (context) => {
      const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
      return context.own.attributesOf(arn).get('deletion_protection.enabled') === 'true'
        ? refuse(
            'OperationNotPermitted',
            `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
          )
        : undefined
    },
  },
]

/** The refusal for a load balancer that does not exist. */
export function loadBalancerNotFound(arn: string): Refusal {
  return refuse('LoadBalancerNotFound', `One or more load balancers not found: ${arn}`)
}

/** The subnets that a call names, in either form. */
export function wantedSubnets({ request }: Pick<Context, 'request'>): readonly string[] {
  return [
    ...texts(request.input, 'Subnets'),
    ...list(request.input, 'SubnetMappings').flatMap((mapping) => text(mapping, 'SubnetId') ?? []),
  ]
}

/** The load balancer that has the name and all settings of a create: AWS answers it instead of making another. */
export function equalLoadBalancer(context: Pick<Context, 'request' | 'world' | 'settings'>) {
  const { input } = context.request
  if (context.settings.lax) return undefined
  return context.world.loadBalancers.find(
    (loadBalancer) =>
      loadBalancer.name === text(input, 'Name') &&
      loadBalancer.scheme === (text(input, 'Scheme') ?? 'internet-facing') &&
      loadBalancer.ipAddressType === (text(input, 'IpAddressType') ?? 'ipv4') &&
      sameSet(
        loadBalancer.subnets.map(({ id }) => id),
        wantedSubnets(context),
      ) &&
      sameSet(loadBalancer.securityGroups, texts(input, 'SecurityGroups')),
  )
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return new Set(left).size === new Set(right).size && left.every((item) => right.includes(item))
}
