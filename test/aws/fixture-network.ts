import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateManagedPrefixListCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  type ResourceType,
  RunInstancesCommand,
  type TagSpecification,
} from '@aws-sdk/client-ec2'

/** A subnet or another object in a zone. */
export interface FixtureSubnet {
  readonly id: string
  readonly zone: string
}

/** An instance with its private address. */
export interface FixtureInstance extends FixtureSubnet {
  readonly address: string
}

export type Tags = Readonly<Record<string, string>>

/** The zones of the fixture by their letter. */
export const zones = { a: 'ap-northeast-1a', c: 'ap-northeast-1c', d: 'ap-northeast-1d' } as const

/** A VPC and its route table that leads to the internet. */
export interface Network {
  readonly id: string
  readonly publicRouteTableId: string
}

/** A VPC with an internet gateway and a route table that leads to it; its main route table stays local. */
export async function createNetwork(ec2: EC2Client, cidr: string, name: string): Promise<Network> {
  const vpc = await ec2.send(
    new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: tagged('vpc', { Name: name }) }),
  )
  const id = given(vpc.Vpc?.VpcId)
  const gateway = await ec2.send(new CreateInternetGatewayCommand({}))
  const InternetGatewayId = given(gateway.InternetGateway?.InternetGatewayId)
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: id }))
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId: id }))
  const publicRouteTableId = given(table.RouteTable?.RouteTableId)
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: publicRouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGatewayId,
    }),
  )
  return { id, publicRouteTableId }
}

/** A subnet; a public one is associated with the route table that leads to the internet. */
export async function createSubnet(
  ec2: EC2Client,
  network: Network,
  wanted: { readonly zone: 'a' | 'c' | 'd'; readonly cidr: string; readonly tags: Tags; readonly isPublic: boolean },
): Promise<FixtureSubnet> {
  const zone = zones[wanted.zone]
  const made = await ec2.send(
    new CreateSubnetCommand({
      VpcId: network.id,
      AvailabilityZone: zone,
      CidrBlock: wanted.cidr,
      TagSpecifications: tagged('subnet', wanted.tags),
    }),
  )
  const id = given(made.Subnet?.SubnetId)
  if (wanted.isPublic)
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: network.publicRouteTableId, SubnetId: id }))
  return { id, zone }
}

/** Takes addresses of a subnet by network interfaces. A /28 has 11 that are free at first. */
export async function fill(ec2: EC2Client, subnetId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetId }))
}

/** A security group without inbound rules, described by its name. */
export async function createSecurityGroup(ec2: EC2Client, vpcId: string, name: string, tags: Tags): Promise<string> {
  const made = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: name,
      Description: name,
      VpcId: vpcId,
      TagSpecifications: tagged('security-group', tags),
    }),
  )
  return given(made.GroupId)
}

/** A managed prefix list of IPv4 blocks; in a security group it counts with all the entries that it has room for. */
export async function createPrefixList(
  ec2: EC2Client,
  name: string,
  maxEntries: number,
  blocks: readonly string[],
): Promise<string> {
  const made = await ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: name,
      MaxEntries: maxEntries,
      AddressFamily: 'IPv4',
      Entries: blocks.map((Cidr) => ({ Cidr })),
    }),
  )
  return given(made.PrefixList?.PrefixListId)
}

/** A running instance with one network interface in a security group. */
export async function runInstance(
  ec2: EC2Client,
  subnet: FixtureSubnet,
  securityGroupId: string,
): Promise<FixtureInstance> {
  const made = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-03cf127a',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet.id,
      SecurityGroupIds: [securityGroupId],
    }),
  )
  const instance = made.Instances?.[0]
  return { id: given(instance?.InstanceId), zone: subnet.zone, address: given(instance?.PrivateIpAddress) }
}

function tagged(type: ResourceType, tags: Tags): TagSpecification[] {
  return [{ ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }]
}

/** What AWS always answers. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out an id')
  return value
}
