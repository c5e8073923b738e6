import type { FlatPermission } from './ec2-reads.ts'
import { type Input, list, text } from './request.ts'

/** The permissions of an authorize or revoke call, one source each; networks without host bits, as EC2 stores them. */
export function wantedPermissions(input: Input): readonly FlatPermission[] {
  const cidr = text(input, 'CidrIp')
  const short =
    cidr === undefined ? [] : [{ ...ports(input), kind: 'IpRanges' as const, source: network(cidr), description: '' }]
  return [...short, ...list(input, 'IpPermissions').flatMap(flatten)]
}

function flatten(permission: Input): readonly FlatPermission[] {
  const sources = (kind: FlatPermission['kind'], name: string) =>
    list(permission, kind).map((source) => ({
      ...ports(permission),
      kind,
      source: network(text(source, name) ?? ''),
      description: text(source, 'Description') ?? '',
    }))
  return [
    ...sources('IpRanges', 'CidrIp'),
    ...sources('Ipv6Ranges', 'CidrIpv6'),
    ...sources('Groups', 'GroupId'),
    ...sources('PrefixListIds', 'PrefixListId'),
  ]
}

const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp' }

function ports(input: Input): Pick<FlatPermission, 'protocol' | 'from' | 'to'> {
  const given = text(input, 'IpProtocol') ?? '-1'
  const protocol = protocolNames[given] ?? given
  return protocol === '-1'
    ? { protocol, from: '', to: '' }
    : { protocol, from: text(input, 'FromPort') ?? '', to: text(input, 'ToPort') ?? '' }
}

/** An IPv4 network without host bits (`10.0.0.1/24` becomes `10.0.0.0/24`); anything else as it is. */
function network(source: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(source)
  if (match === null) return source
  const bits = match
    .slice(1, 5)
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  const kept = bits.slice(0, Number(match[5])).padEnd(32, '0')
  return `${[0, 8, 16, 24].map((start) => Number.parseInt(kept.slice(start, start + 8), 2)).join('.')}/${match[5]}`
}

/** Two permissions are one rule if protocol, ports and source agree; the description does not count. */
export function samePermission(left: FlatPermission, right: FlatPermission): boolean {
  return (
    left.protocol === right.protocol &&
    left.from === right.from &&
    left.to === right.to &&
    left.kind === right.kind &&
    left.source === right.source
  )
}

const sourceNames = {
  IpRanges: 'CidrIp',
  Ipv6Ranges: 'CidrIpv6',
  Groups: 'GroupId',
  PrefixListIds: 'PrefixListId',
} as const

/** Permissions as parameters of a call, one source in each. */
export function permissionParameters(permissions: readonly FlatPermission[]): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...permissions.map((permission, index) => {
      const prefix = `IpPermissions.${index + 1}`
      const { protocol, from, to, kind, source, description } = permission
      return {
        [`${prefix}.IpProtocol`]: protocol,
        ...(from === '' ? {} : { [`${prefix}.FromPort`]: from, [`${prefix}.ToPort`]: to }),
        [`${prefix}.${kind}.1.${sourceNames[kind]}`]: source,
        ...(description === '' ? {} : { [`${prefix}.${kind}.1.Description`]: description }),
      }
    }),
  )
}
