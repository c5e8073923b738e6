import {
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import type { Emulator } from './emulator.ts'
import type { Fixture, SubnetName } from './fixture.ts'
import { given } from './fixture-network.ts'

/** The subnets that get an IPv6 block. */
const wanted = ['public-a', 'public-c', 'public-d', 'private-a', 'private-c', 'private-d'] as const

/**
 * Gives the cluster's VPC and its public and private subnets IPv6 blocks, by uncounted calls: the fixture for dual stack.
 * `full` and `stage` stay without. The blocks by name of the subnet.
 */
export async function addIpv6(
  emulator: Emulator,
  fixture: Fixture,
): Promise<Readonly<Partial<Record<SubnetName, string>>>> {
  const ec2 = new EC2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  try {
    await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: fixture.vpcId, AmazonProvidedIpv6CidrBlock: true }))
    const vpc = (await ec2.send(new DescribeVpcsCommand({ VpcIds: [fixture.vpcId] }))).Vpcs?.[0]
    const block = given(vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock)
    const blocks: Partial<Record<SubnetName, string>> = {}
    for (const [index, name] of wanted.entries()) {
      const Ipv6CidrBlock = nth(block, index + 1)
      await ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId: fixture.subnets[name].id, Ipv6CidrBlock }))
      blocks[name] = Ipv6CidrBlock
    }
    return blocks
  } finally {
    ec2.destroy()
  }
}

/** The n-th /64 of a /56 (`2400:6500:ab1c:ab00::/56`). */
function nth(block: string, index: number): string {
  const parts = (block.split('/')[0] ?? '').split(':').filter((part) => part !== '')
  const fourth = (Number.parseInt(parts[3] ?? '0', 16) + index).toString(16)
  return `${[...parts.slice(0, 3), fourth].join(':')}::/64`
}
