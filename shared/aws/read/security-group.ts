import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../../model/observed.ts'
import { readTags } from './tags.ts'

/** A security group as EC2 answers it (EC2 API, `SecurityGroup`). */
export const readSecurityGroup = (answer: SecurityGroup): ObservedSecurityGroup | undefined => {
  if (answer.GroupId === undefined) return undefined
  return {
    id: answer.GroupId,
    name: answer.GroupName ?? '',
    description: answer.Description ?? '',
    vpcId: answer.VpcId ?? '',
    inbound: (answer.IpPermissions ?? []).flatMap(readPermission),
    tags: readTags(answer.Tags),
  }
}

/** One permission holds many sources; each is a rule of its own. */
export const readPermission = (answer: IpPermission): readonly SecurityGroupRule[] => {
  const rule = (source: SecurityGroupRule['source'], description: string | undefined): SecurityGroupRule => ({
    protocol: answer.IpProtocol ?? '-1',
    fromPort: answer.FromPort ?? -1,
    toPort: answer.ToPort ?? -1,
    source,
    description: description ?? '',
  })
  return [
    ...(answer.IpRanges ?? []).map((range) => rule({ is: 'cidr', cidr: range.CidrIp ?? '' }, range.Description)),
    ...(answer.Ipv6Ranges ?? []).map((range) => rule({ is: 'cidr', cidr: range.CidrIpv6 ?? '' }, range.Description)),
    ...(answer.UserIdGroupPairs ?? []).map((pair) =>
      rule({ is: 'group', groupId: pair.GroupId ?? '' }, pair.Description),
    ),
    ...(answer.PrefixListIds ?? []).map((list) =>
      rule({ is: 'prefix-list', id: list.PrefixListId ?? '' }, list.Description),
    ),
  ]
}
