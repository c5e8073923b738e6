import { BlockList, isIPv6 } from 'node:net'
import type { Context } from '../proxy/context.ts'
import { type FlatPermission, readSecurityGroups } from '../proxy/ec2-reads.ts'
import { listAt, textAt } from '../proxy/xml.ts'

/** Security groups as they were after the last write to EC2. */
export interface Firewall {
  /** Inbound rules by id of the security group. */
  readonly inbound: ReadonlyMap<string, readonly FlatPermission[]>
  /** Security groups of the interfaces of instances, by id of the instance, and of all interfaces, by private address. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>
}

/** Who opens a connection: somebody with an address, or an interface in security groups. */
export type Source = { readonly address: string } | { readonly groups: readonly string[] }

/** Reads the security groups and the interfaces that are in them. */
export async function readFirewall(context: Pick<Context, 'ask'>): Promise<Firewall> {
  const groups = await readSecurityGroups(context)
  const interfaces = listAt(await context.ask('ec2', 'DescribeNetworkInterfaces'), 'networkInterfaceSet')
  const groupsOf = new Map<string, readonly string[]>()
  for (const one of interfaces) {
    const ids = listAt(one, 'groupSet').flatMap((group) => textAt(group, 'groupId') ?? [])
    const names = [
      textAt(one, 'attachment', 'instanceId'),
      ...listAt(one, 'privateIpAddressesSet').map((address) => textAt(address, 'privateIpAddress')),
    ]
    for (const name of names) if (name !== undefined) groupsOf.set(name, [...(groupsOf.get(name) ?? []), ...ids])
  }
  return { inbound: new Map(groups.map(({ id, inbound }) => [id, inbound])), groupsOf }
}

/** Whether one of the security groups lets a TCP connection to a port in. Prefix lists let nobody in. */
export function letsIn({ inbound }: Firewall, groups: readonly string[], port: number, source: Source): boolean {
  return groups.some((id) => (inbound.get(id) ?? []).some((rule) => covers(rule, port) && comesFrom(rule, source)))
}

function covers({ protocol, from, to }: FlatPermission, port: number): boolean {
  return protocol === '-1' || (protocol === 'tcp' && Number(from) <= port && port <= Number(to))
}

function comesFrom({ kind, source: admitted }: FlatPermission, source: Source): boolean {
  if ('groups' in source) return kind === 'Groups' && source.groups.includes(admitted)
  const family = isIPv6(source.address) ? 'ipv6' : 'ipv4'
  if (kind !== (family === 'ipv6' ? 'Ipv6Ranges' : 'IpRanges')) return false
  const [network = '', length = ''] = admitted.split('/')
  const list = new BlockList()
  list.addSubnet(network, Number(length), family)
  return list.check(source.address, family)
}
