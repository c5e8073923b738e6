import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { authorize, port80 } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 27 and 28: security groups and subnets. */
export function securityGroupCases({ ec2, fixture, subnets, securityGroups }: Prepared): readonly RefusalCase[] {
  return [
    [
      27,
      'the deletion of a security group that a load balancer has',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a security group that a rule names',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.other })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a security group of an instance',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.nodes })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a subnet in use',
      () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnets['public-a'].id })),
      'DependencyViolation',
    ],
    [
      28,
      'a group name that begins with sg-',
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: 'sg-a', Description: 'a', VpcId: fixture.vpcId })),
      'InvalidParameterValue',
    ],
    [
      28,
      'a group name that is taken',
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'a', VpcId: fixture.vpcId })),
      'InvalidGroup.Duplicate',
    ],
    [
      28,
      'a description of 256 characters',
      () =>
        ec2.send(
          new CreateSecurityGroupCommand({ GroupName: 'a', Description: 'a'.repeat(256), VpcId: fixture.vpcId }),
        ),
      'InvalidParameterValue',
    ],
    [
      28,
      'an unknown prefix list',
      () =>
        ec2.send(
          authorize(securityGroups.extra, { ...port80, IpRanges: [], PrefixListIds: [{ PrefixListId: 'pl-0' }] }),
        ),
      'InvalidPrefixListID.NotFound',
    ],
    [
      28,
      'an unknown source group',
      () =>
        ec2.send(authorize(securityGroups.extra, { ...port80, IpRanges: [], UserIdGroupPairs: [{ GroupId: 'sg-0' }] })),
      'InvalidGroup.NotFound',
    ],
    [
      28,
      'a rule that is there, with another description',
      () =>
        ec2.send(
          authorize(securityGroups.nodes, {
            IpProtocol: 'tcp',
            FromPort: 30080,
            ToPort: 30080,
            UserIdGroupPairs: [{ GroupId: securityGroups.other, Description: 'again' }],
          }),
        ),
      'InvalidPermission.Duplicate',
    ],
    [
      28,
      'the revocation of a rule that is not there',
      () => ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: securityGroups.extra, IpPermissions: [port80] })),
      'InvalidPermission.NotFound',
    ],
    [
      30,
      '61 rules in a group',
      () =>
        ec2.send(
          authorize(securityGroups.extra, {
            ...port80,
            IpRanges: Array.from({ length: 61 }, (_, index) => ({ CidrIp: `10.${index}.0.0/16` })),
          }),
        ),
      'RulesPerSecurityGroupLimitExceeded',
    ],
  ]
}
