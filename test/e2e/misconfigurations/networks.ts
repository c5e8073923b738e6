import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2'
import { createNetwork, createSubnet, given, type Network, type Tags } from '../../aws/fixture-network.ts'
import type { Stack } from '../../local/stack.ts'
import type { Told } from './row.ts'

/** A VPC in which no subnets are found, and what is told of an internet-facing Ingress there. */
export interface FaultyNetwork {
  readonly id: string
  readonly vpcId: string
  readonly denied: Told
}

const elb: Tags = { 'kubernetes.io/role/elb': '1' }
const found = (fix: string): Told => ({ field: 'subnets', code: 'SubnetsNotFound', fix })

/** VPCs for the rows about subnets that are found by tag, made by uncounted calls. */
export const faultyNetworks = async ({
  emulator,
  fixture,
}: Pick<Stack, 'emulator' | 'fixture'>): Promise<readonly FaultyNetwork[]> => {
  const ec2 = new EC2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const subnetsIn = async (vpc: Network, block: number, tags: Tags, isPublic: boolean): Promise<void> => {
    await createSubnet(ec2, vpc, { zone: 'a', cidr: `10.${block}.0.0/24`, tags, isPublic })
    await createSubnet(ec2, vpc, { zone: 'c', cidr: `10.${block}.1.0/24`, tags, isPublic })
  }
  try {
    const untagged = await createNetwork(ec2, '10.21.0.0/16', 'untagged')
    await subnetsIn(untagged, 21, { Name: 'untagged' }, false)
    const others = await createNetwork(ec2, '10.22.0.0/16', 'others')
    await subnetsIn(others, 22, { ...elb, 'kubernetes.io/cluster/stage': 'shared' }, true)
    const bare = async (cidr: string): Promise<Network> => {
      const made = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }))
      return { id: given(made.Vpc?.VpcId), publicRouteTableId: '' }
    }
    const closed = await bare('10.23.0.0/16')
    await subnetsIn(closed, 23, elb, false)
    return [
      { id: 'SUB-12', vpcId: untagged.id, denied: found('tag subnets of 2 zones kubernetes.io/role/elb=1') },
      { id: 'SUB-13', vpcId: others.id, denied: found('tag subnets of 2 zones kubernetes.io/cluster/demo=shared') },
      { id: 'SUB-14', vpcId: fixture.m11VpcId, denied: found('tag a subnet of another zone kubernetes.io/role/elb=1') },
      {
        id: 'SUB-18',
        vpcId: closed.id,
        denied: { field: 'subnets', code: 'InternetGatewayMissing', fix: 'attach an internet gateway' },
      },
    ]
  } finally {
    ec2.destroy()
  }
}
