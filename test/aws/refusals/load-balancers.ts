import {
  DeleteLoadBalancerCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 1 to 8: load balancers. */
export function loadBalancerCases({
  elb,
  subnets,
  m11Subnets,
  loadBalancer,
  main,
  second,
  strangerGroup,
}: Prepared): readonly RefusalCase[] {
  return [
    [1, 'a name of 33 characters', () => elb.send(loadBalancer({ Name: 'a'.repeat(33) })), 'ValidationError'],
    [1, 'a name with an underscore', () => elb.send(loadBalancer({ Name: 'a_b' })), 'ValidationError'],
    [1, 'a name that ends with a hyphen', () => elb.send(loadBalancer({ Name: 'a-' })), 'ValidationError'],
    [1, 'a name that begins with internal-', () => elb.send(loadBalancer({ Name: 'internal-a' })), 'ValidationError'],
    [
      2,
      'a name of a load balancer with another scheme',
      () => elb.send(loadBalancer({ Scheme: 'internal' })),
      'DuplicateLoadBalancerNameException',
    ],
    [
      3,
      'one subnet',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id] })),
      'ValidationError',
    ],
    [
      3,
      'two subnets of one zone',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id, subnets['private-a'].id] })),
      'InvalidConfigurationRequestException',
    ],
    [
      3,
      'subnets of two VPCs',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id, m11Subnets.stage.id] })),
      'InvalidConfigurationRequestException',
    ],
    [
      3,
      'one subnet by SetSubnets',
      () => elb.send(new SetSubnetsCommand({ LoadBalancerArn: main, Subnets: [subnets['public-a'].id] })),
      'ValidationError',
    ],
    [
      4,
      'an unknown subnet',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: ['subnet-0', subnets['public-a'].id] })),
      'SubnetNotFoundException',
    ],
    [
      4,
      'a subnet that is too full',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets.full.id, subnets['public-c'].id] })),
      'InvalidSubnetException',
    ],
    [
      6,
      'an unknown security group',
      () => elb.send(loadBalancer({ Name: 'n', SecurityGroups: ['sg-0'] })),
      'InvalidSecurityGroupException',
    ],
    [
      6,
      'a security group of another VPC',
      () => elb.send(loadBalancer({ Name: 'n', SecurityGroups: [strangerGroup] })),
      'InvalidConfigurationRequestException',
    ],
    [
      6,
      'no security group by SetSecurityGroups',
      () => elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: main, SecurityGroups: [] })),
      'ValidationError',
    ],
    [
      6,
      'a security group of another VPC by SetSecurityGroups',
      () => elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: main, SecurityGroups: [strangerGroup] })),
      'InvalidConfigurationRequestException',
    ],
    [
      7,
      'dual stack on subnets without IPv6',
      () => elb.send(loadBalancer({ Name: 'n', IpAddressType: 'dualstack' })),
      'InvalidSubnetException',
    ],
    [
      7,
      'dual stack by SetIpAddressType',
      () => elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn: main, IpAddressType: 'dualstack' })),
      'InvalidSubnetException',
    ],
    [
      7,
      'an internal load balancer without public addresses',
      () => elb.send(loadBalancer({ Name: 'n', Scheme: 'internal', IpAddressType: 'dualstack-without-public-ipv4' })),
      'InvalidConfigurationRequestException',
    ],
    [
      30,
      'six security groups',
      () =>
        elb.send(
          new SetSecurityGroupsCommand({
            LoadBalancerArn: main,
            SecurityGroups: ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6'],
          }),
        ),
      'SecurityGroupsPerInterfaceLimitExceeded',
    ],
    [
      8,
      'the deletion of a protected load balancer',
      () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: second })),
      'OperationNotPermittedException',
    ],
  ]
}
