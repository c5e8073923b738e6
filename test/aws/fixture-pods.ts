import {
  AssignIpv6AddressesCommand,
  AssignPrivateIpAddressesCommand,
  CreateNetworkInterfaceCommand,
  DescribeInstancesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import type { Emulator } from './emulator.ts'
import { given } from './fixture-network.ts'

/** A Pod as the network of AWS sees it: addresses of a network interface of its node. */
export interface PodOnNode {
  /** Instance id of the node. */
  readonly instance: string
  /** A secondary address of the node's first network interface. */
  readonly address: string
  readonly ipv6Address?: string
  /** A prefix (`10.0.16.64/28`) of that interface that holds the address, which is then none of its own addresses. */
  readonly prefix?: string
}

/** Gives the nodes' first network interfaces the addresses of Pods, by uncounted calls. */
export async function addPods(emulator: Emulator, pods: readonly PodOnNode[]): Promise<void> {
  const ec2 = clientFor(emulator)
  try {
    for (const { instance, address, ipv6Address, prefix } of pods) {
      const NetworkInterfaceId = await firstInterface(ec2, instance)
      const wanted = prefix === undefined ? { PrivateIpAddresses: [address] } : { Ipv4Prefixes: [prefix] }
      await ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, ...wanted }))
      if (ipv6Address !== undefined)
        await ec2.send(new AssignIpv6AddressesCommand({ NetworkInterfaceId, Ipv6Addresses: [ipv6Address] }))
    }
  } finally {
    ec2.destroy()
  }
}

/** A network interface of a Pod's own, as on Fargate or with security groups for Pods; its id. */
export async function addPodInterface(
  emulator: Emulator,
  pod: { readonly subnet: string; readonly address: string; readonly securityGroups: readonly string[] },
): Promise<string> {
  const ec2 = clientFor(emulator)
  try {
    const made = await ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: pod.subnet,
        PrivateIpAddress: pod.address,
        Groups: [...pod.securityGroups],
      }),
    )
    return given(made.NetworkInterface?.NetworkInterfaceId)
  } finally {
    ec2.destroy()
  }
}

async function firstInterface(ec2: EC2Client, instance: string): Promise<string> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }))
  const interfaces = answer.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces
  return given(interfaces?.find(({ Attachment }) => Attachment?.DeviceIndex === 0)?.NetworkInterfaceId)
}

function clientFor(emulator: Emulator): EC2Client {
  return new EC2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
}
