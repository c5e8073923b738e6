import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm'
import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
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
import { createCertificateAuthority, createServingCertificate } from '../local/certificates.ts'
import type { Emulator } from './emulator.ts'

/** The AWS account that scenarios start from: ids by the names that the scenarios use. */
export interface Fixture {
  readonly region: string
  readonly accountId: string
  /** The cluster's VPC: three public and three private subnets, one that is too full, one of cluster `stage` only. */
  readonly vpcId: string
  readonly subnets: Readonly<Record<SubnetName, FixtureSubnet>>
  /** A VPC in which only one zone is usable for an internet-facing load balancer of cluster `demo`. */
  readonly m11VpcId: string
  readonly m11Subnets: Readonly<Record<M11SubnetName, FixtureSubnet>>
  /** One running instance per zone, in the private subnets, in security group `nodes`. */
  readonly instances: readonly { readonly id: string; readonly zone: string; readonly address: string }[]
  readonly securityGroups: Readonly<Record<'nodes' | 'extra' | 'other', string>>
  /** ARNs of issued certificates in ACM, imported from a local authority. */
  readonly certificates: Readonly<Record<CertificateDomain, string>>
}

export interface FixtureSubnet {
  readonly id: string
  readonly zone: string
}

export type CertificateDomain = 'app.example.com' | '*.example.com' | 'shop.example.org'

export type SubnetName =
  | 'public-a'
  | 'public-c'
  | 'public-d'
  | 'private-a'
  | 'private-c'
  | 'private-d'
  | 'full'
  | 'stage'

/** `chosen` and `not-chosen` are in one zone and `chosen` has the smaller id; `full` has 3 free addresses; `stage` is tagged for that cluster only. */
export type M11SubnetName = 'chosen' | 'not-chosen' | 'full' | 'stage'

type Tags = Readonly<Record<string, string>>

const zones = { a: 'ap-northeast-1a', c: 'ap-northeast-1c', d: 'ap-northeast-1d' } as const

const elb: Tags = { 'kubernetes.io/role/elb': '1' }
const internalElb: Tags = { 'kubernetes.io/role/internal-elb': '1' }
const demo: Tags = { 'kubernetes.io/cluster/demo': 'shared' }
const stage: Tags = { 'kubernetes.io/cluster/stage': 'shared' }

/** Makes the account by uncounted calls. On an account that was just reset the ids are the same each time. */
export async function createFixture(emulator: Emulator): Promise<Fixture> {
  const settings = {
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const ec2 = new EC2Client(settings)
  const acm = new ACMClient(settings)
  try {
    const vpc = await createNetwork(ec2, '10.0.0.0/16', 'demo')
    const publicSubnet = (zone: 'a' | 'c' | 'd', cidr: string) =>
      createSubnet(ec2, vpc, { zone, cidr, tags: { Name: `public-${zones[zone]}`, ...elb, ...demo }, isPublic: true })
    const privateSubnet = (zone: 'a' | 'c' | 'd', cidr: string) =>
      createSubnet(ec2, vpc, {
        zone,
        cidr,
        tags: { Name: `private-${zones[zone]}`, ...internalElb, ...demo },
        isPublic: false,
      })
    const subnets = {
      'public-a': await publicSubnet('a', '10.0.0.0/24'),
      'public-c': await publicSubnet('c', '10.0.1.0/24'),
      'public-d': await publicSubnet('d', '10.0.2.0/24'),
      'private-a': await privateSubnet('a', '10.0.16.0/24'),
      'private-c': await privateSubnet('c', '10.0.17.0/24'),
      'private-d': await privateSubnet('d', '10.0.18.0/24'),
      full: await createSubnet(ec2, vpc, {
        zone: 'a',
        cidr: '10.0.32.0/28',
        tags: { Name: 'full', ...elb, ...demo },
        isPublic: true,
      }),
      stage: await createSubnet(ec2, vpc, {
        zone: 'c',
        cidr: '10.0.33.0/24',
        tags: { Name: 'stage', ...elb, ...stage },
        isPublic: true,
      }),
    }
    await fill(ec2, subnets.full.id, 6)
    const securityGroups = {
      nodes: await createSecurityGroup(ec2, vpc.id, 'nodes', { Name: 'nodes', 'kubernetes.io/cluster/demo': 'owned' }),
      extra: await createSecurityGroup(ec2, vpc.id, 'extra', { Name: 'extra' }),
      other: await createSecurityGroup(ec2, vpc.id, 'other', { Name: 'other' }),
    }
    const instances = []
    for (const name of ['private-a', 'private-c', 'private-d'] as const)
      instances.push(await runInstance(ec2, subnets[name], securityGroups.nodes))

    const m11 = await createNetwork(ec2, '10.11.0.0/16', 'm11')
    const twins = [
      await createSubnet(ec2, m11, { zone: 'a', cidr: '10.11.0.0/24', tags: elb, isPublic: true }),
      await createSubnet(ec2, m11, { zone: 'a', cidr: '10.11.1.0/24', tags: elb, isPublic: true }),
    ].sort((left, right) => (left.id < right.id ? -1 : 1))
    const [chosen, notChosen] = twins
    if (chosen === undefined || notChosen === undefined) throw new Error('two subnets were made')
    const m11Subnets = {
      chosen,
      'not-chosen': notChosen,
      full: await createSubnet(ec2, m11, { zone: 'c', cidr: '10.11.2.0/28', tags: elb, isPublic: true }),
      stage: await createSubnet(ec2, m11, {
        zone: 'd',
        cidr: '10.11.3.0/24',
        tags: { ...elb, ...stage },
        isPublic: true,
      }),
    }
    await fill(ec2, m11Subnets.full.id, 8)
    const certificates = await importCertificates(acm)
    const { region, accountId } = emulator
    return {
      region,
      accountId,
      vpcId: vpc.id,
      subnets,
      m11VpcId: m11.id,
      m11Subnets,
      instances,
      securityGroups,
      certificates,
    }
  } finally {
    ec2.destroy()
    acm.destroy()
  }
}

interface Network {
  readonly id: string
  readonly publicRouteTableId: string
}

/** A VPC with an internet gateway and a route table that leads to it; its main route table stays local. */
async function createNetwork(ec2: EC2Client, cidr: string, name: string): Promise<Network> {
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

async function createSubnet(
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
async function fill(ec2: EC2Client, subnetId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetId }))
}

async function createSecurityGroup(ec2: EC2Client, vpcId: string, name: string, tags: Tags): Promise<string> {
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

async function runInstance(
  ec2: EC2Client,
  subnet: FixtureSubnet,
  securityGroupId: string,
): Promise<Fixture['instances'][number]> {
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

async function importCertificates(acm: ACMClient): Promise<Fixture['certificates']> {
  const authority = createCertificateAuthority('certificates of the emulated account')
  const importOne = async (domain: CertificateDomain): Promise<string> => {
    const { certificate, key } = createServingCertificate(authority, [domain])
    const made = await acm.send(
      new ImportCertificateCommand({
        Certificate: Buffer.from(certificate),
        PrivateKey: Buffer.from(key),
        CertificateChain: Buffer.from(authority.certificate),
      }),
    )
    return given(made.CertificateArn)
  }
  return {
    'app.example.com': await importOne('app.example.com'),
    '*.example.com': await importOne('*.example.com'),
    'shop.example.org': await importOne('shop.example.org'),
  }
}

function tagged(type: ResourceType, tags: Tags): TagSpecification[] {
  return [{ ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }]
}

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out an id')
  return value
}
