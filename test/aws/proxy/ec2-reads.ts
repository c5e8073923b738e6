import type { Context } from './context.ts'
import { listAt, recordAt, textAt, type Xml, type XmlRecord } from './xml.ts'

/** What a judgement needs to know of a subnet. */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly freeAddresses: number
  readonly hasIpv6: boolean
}

/** Subnets by id; an unknown one is left out. */
export async function readSubnets(context: Pick<Context, 'ask'>, ids: readonly string[]): Promise<readonly Subnet[]> {
  const filter = Object.fromEntries(ids.map((id, index) => [`Filter.1.Value.${index + 1}`, id]))
  const answer = await context.ask('ec2', 'DescribeSubnets', { 'Filter.1.Name': 'subnet-id', ...filter })
  return listAt(answer, 'subnetSet').map((subnet) => ({
    id: textAt(subnet, 'subnetId') ?? '',
    vpcId: textAt(subnet, 'vpcId') ?? '',
    zone: textAt(subnet, 'availabilityZone') ?? '',
    freeAddresses: Number(textAt(subnet, 'availableIpAddressCount') ?? 0),
    hasIpv6: listAt(subnet, 'ipv6CidrBlockAssociationSet').length > 0,
  }))
}

/** One inbound or outbound rule of a security group: one protocol, port range and source. */
export interface FlatPermission {
  readonly protocol: string
  readonly from: string
  readonly to: string
  readonly kind: 'IpRanges' | 'Ipv6Ranges' | 'Groups' | 'PrefixListIds'
  /** CIDR, group id or prefix list id. */
  readonly source: string
  readonly description: string
}

/** A security group, its permissions one source each. */
export interface SecurityGroup {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly tags: Readonly<Record<string, string>>
  readonly inbound: readonly FlatPermission[]
  readonly outbound: readonly FlatPermission[]
}

/** All security groups of the account. */
export async function readSecurityGroups(context: Pick<Context, 'ask'>): Promise<readonly SecurityGroup[]> {
  const answer = await context.ask('ec2', 'DescribeSecurityGroups')
  return listAt(answer, 'securityGroupInfo').map((group) => ({
    id: textAt(group, 'groupId') ?? '',
    name: textAt(group, 'groupName') ?? '',
    description: textAt(group, 'groupDescription') ?? '',
    vpcId: textAt(group, 'vpcId') ?? '',
    tags: readTags(group),
    inbound: listAt(group, 'ipPermissions').flatMap(flatten),
    outbound: listAt(group, 'ipPermissionsEgress').flatMap(flatten),
  }))
}

function flatten(permission: Xml): readonly FlatPermission[] {
  const common = {
    protocol: textAt(permission, 'ipProtocol') ?? '-1',
    from: textAt(permission, 'fromPort') ?? '',
    to: textAt(permission, 'toPort') ?? '',
  }
  const sources = (list: string, kind: FlatPermission['kind'], name: string) =>
    listAt(permission, list).map((source) => ({
      ...common,
      kind,
      source: textAt(source, name) ?? '',
      description: textAt(source, 'description') ?? '',
    }))
  return [
    ...sources('ipRanges', 'IpRanges', 'cidrIp'),
    ...sources('ipv6Ranges', 'Ipv6Ranges', 'cidrIpv6'),
    ...sources('groups', 'Groups', 'groupId'),
    ...sources('prefixListIds', 'PrefixListIds', 'prefixListId'),
  ]
}

/** The tags of an EC2 object. */
export function readTags(value: Xml): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listAt(value, 'tagSet').map((tag) => [textAt(tag, 'key') ?? '', textAt(tag, 'value') ?? '']),
  )
}

/** What a judgement needs to know of an instance. */
export interface Instance {
  readonly id: string
  readonly vpcId: string
  readonly state: string
  readonly securityGroups: readonly string[]
}

/** All instances of the account. */
export async function readInstances(context: Pick<Context, 'ask'>): Promise<readonly Instance[]> {
  const answer = await context.ask('ec2', 'DescribeInstances')
  return listAt(answer, 'reservationSet').flatMap((reservation) =>
    listAt(reservation, 'instancesSet').map((instance) => ({
      id: textAt(instance, 'instanceId') ?? '',
      vpcId: textAt(instance, 'vpcId') ?? '',
      state: textAt(instance, 'instanceState', 'name') ?? '',
      securityGroups: listAt(instance, 'groupSet').flatMap((group) => textAt(group, 'groupId') ?? []),
    })),
  )
}

/** The network interfaces whose groups hold a security group. */
export async function readInterfacesOf(context: Pick<Context, 'ask'>, groupId: string): Promise<readonly XmlRecord[]> {
  const answer = await context.ask('ec2', 'DescribeNetworkInterfaces', {
    'Filter.1.Name': 'group-id',
    'Filter.1.Value.1': groupId,
  })
  return listAt(answer, 'networkInterfaceSet').map((item) => recordAt(item))
}

/** A managed prefix list. */
export interface PrefixList {
  readonly id: string
  readonly family: 'IPv4' | 'IPv6'
  /** What it counts as in a security group. */
  readonly maxEntries: number
}

/** All managed prefix lists of the account, those of AWS included. */
export async function readPrefixLists(context: Pick<Context, 'ask'>): Promise<readonly PrefixList[]> {
  const answer = await context.ask('ec2', 'DescribeManagedPrefixLists')
  return listAt(answer, 'prefixListSet').map((list) => ({
    id: textAt(list, 'prefixListId') ?? '',
    family: textAt(list, 'addressFamily') === 'IPv6' ? 'IPv6' : 'IPv4',
    maxEntries: Number(textAt(list, 'maxEntries') ?? 1),
  }))
}

/** The CIDR blocks of a VPC, of both families. */
export async function readVpcBlocks(context: Pick<Context, 'ask'>, vpcId: string): Promise<readonly string[]> {
  const answer = await context.ask('ec2', 'DescribeVpcs', { 'VpcId.1': vpcId })
  const vpc = listAt(answer, 'vpcSet')[0]
  return [
    ...listAt(vpc, 'cidrBlockAssociationSet').flatMap((block) => textAt(block, 'cidrBlock') ?? []),
    ...listAt(vpc, 'ipv6CidrBlockAssociationSet').flatMap((block) => textAt(block, 'ipv6CidrBlock') ?? []),
  ]
}

/** Whether an internet gateway is attached to a VPC. */
export async function hasInternetGateway(context: Pick<Context, 'ask'>, vpcId: string): Promise<boolean> {
  const answer = await context.ask('ec2', 'DescribeInternetGateways', {
    'Filter.1.Name': 'attachment.vpc-id',
    'Filter.1.Value.1': vpcId,
  })
  return listAt(answer, 'internetGatewaySet').length > 0
}
