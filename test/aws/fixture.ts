import { EC2Client } from '@aws-sdk/client-ec2'
import type { Emulator } from './emulator.ts'
import { importCertificate } from './fixture-certificates.ts'
import {
  createNetwork,
  createPrefixList,
  createSecurityGroup,
  createSubnet,
  fill,
  type FixtureInstance,
  type FixtureSubnet,
  runInstance,
  type Tags,
  zones,
} from './fixture-network.ts'

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
  readonly instances: readonly FixtureInstance[]
  readonly securityGroups: Readonly<Record<'nodes' | 'extra' | 'other', string>>
  /** Ids of managed prefix lists: `office` has room for ten entries and two in it. */
  readonly prefixLists: Readonly<Record<'office', string>>
  /** ARNs of issued certificates in ACM, imported from a local authority. */
  readonly certificates: Readonly<Record<CertificateDomain, string>>
}

/** The domains of the certificates in ACM. */
export type CertificateDomain = 'app.example.com' | '*.example.com' | 'shop.example.org'

/** The subnets of the cluster's VPC; `full` has fewer than 8 free addresses, `stage` is tagged for that cluster only. */
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
    const prefixLists = { office: await createPrefixList(ec2, 'office', 10, ['192.0.2.0/24', '198.51.100.0/24']) }
    const certificates = {
      'app.example.com': await importCertificate(emulator, { names: ['app.example.com'] }),
      '*.example.com': await importCertificate(emulator, { names: ['*.example.com'] }),
      'shop.example.org': await importCertificate(emulator, { names: ['shop.example.org'] }),
    }
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
      prefixLists,
      certificates,
    }
  } finally {
    ec2.destroy()
  }
}
